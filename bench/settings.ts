/** How much is measured: from the environment, within bounds. BRIEF=1 only shows that everything runs. */

export interface Settings {
  readonly brief: boolean;
  /** Names of cases; null: all of the usual ones. */
  readonly cases: readonly string[] | null;
  /** Another built tree, measured beside this one as `before`. */
  readonly before: string | null;
  /** Of the case `cpu`: names of proxies, and of loads; null: all. */
  readonly proxies: readonly string[] | null;
  readonly loads: readonly string[] | null;
  readonly rounds: number;
  readonly slotMs: number;
  /** The compiler's own work must be over, or it is counted: about 20,000 requests. */
  readonly warmupMs: number;
  readonly connections: number;
}

export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const brief = env['BRIEF'] === '1';
  const bounded = (name: string, usual: number, most: number): number => {
    const value = Number(env[name] ?? (brief ? 1 : usual));
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new Error(`${name} must be a whole number from 1 to ${most}`);
    return value;
  };
  return {
    brief,
    cases: env['CASES']?.split(',') ?? null,
    before: env['BEFORE'] ?? null,
    proxies: env['PROXIES']?.split(',') ?? null,
    loads: env['LOADS']?.split(',') ?? null,
    rounds: bounded('ROUNDS', 8, 100),
    slotMs: bounded('SLOT_MS', 1000, 30_000),
    warmupMs: bounded('WARMUP_MS', 4000, 60_000),
    connections: bounded('CONNECTIONS', 32, 1024),
  };
}
