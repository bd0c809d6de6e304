/** The product's own parts, wired as the program wires them, between a far end and stores that outlive them. */
import { AccountPool } from '../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../src/accounts/account-record.ts';
import { type ConversationPins, createConversationPins } from '../../src/accounts/conversation-pins.ts';
import { CredentialVault } from '../../src/accounts/credential-vault.ts';
import { createIdleCheck } from '../../src/accounts/idle-accounts.ts';
import { createStrikes, type Strikes } from '../../src/accounts/strikes.ts';
import { TokenManager } from '../../src/accounts/token-manager.ts';
import type { Credential } from '../../src/core/credential.ts';
import { RetryBudget } from '../../src/core/retry-budget.ts';
import { type Circuits, createCircuits } from '../../src/gateway/circuits.ts';
import { createVerdicts, type Verdicts } from '../../src/gateway/verdicts.ts';
import type { AttemptDeps } from '../../src/gateway/walk.ts';
import { type RecordStore, StorageError } from '../../src/storage/store.ts';
import { DAY, HOUR, MINUTE } from '../support/builders.ts';
import type { FarEnd } from './far-end.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Disk {
  readonly accounts: RecordStore<AccountRecord>;
  readonly credentials: RecordStore<Credential>;
  full: boolean;
}

export interface Parts {
  readonly pool: AccountPool;
  readonly vault: CredentialVault;
  readonly tokens: TokenManager;
  readonly strikes: Strikes;
  readonly pins: ConversationPins;
  readonly verdicts: Verdicts;
  readonly circuits: Circuits;
  readonly budget: RetryBudget;
  readonly checkIdle: () => unknown;
}

/** One life of the process. */
export interface Life extends Parts {
  readonly relay: AttemptDeps;
  /** Nothing that was begun in this life comes to an end any more. */
  kill(): void;
}

/** Breaks something on purpose, to see whether it is noticed. */
export type Plant = (parts: { -readonly [Name in keyof Parts]: Parts[Name] }, disk: Disk) => void;

interface Surroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly farEnd: FarEnd;
  readonly disk: Disk;
  readonly plant: Plant | null;
  readonly newId: (prefix: string) => string;
}

const RULES = {
  maxCooldownMs: 7 * DAY,
  policy: 'round_robin',
  refreshBufferMs: MINUTE,
  moveCold: false,
  maxConcurrency: 8,
  maxUtilization: 1,
  keepInactiveFresh: false,
} as const;

const ATTEMPTS = {
  judging: { defaultCooldownMs: HOUR, allowOverage: false },
  planning: { retriesEnabled: true, maxAttempts: 3, maxElapsedMs: MINUTE, repeatAmbiguous: false },
  backoff: { baseMs: 500, maxMs: 10_000 },
  waitForAccountMs: 5000,
};

export async function startLife({ time, random, farEnd, disk, plant, newId }: Surroundings): Promise<Life> {
  let isDead = false;
  const dead = () => isDead;
  const fenced = <T extends { readonly id: string }>(store: RecordStore<T>): RecordStore<T> => ({
    list: () => store.list(),
    update: (id, change) => {
      if (isDead) return new Promise(() => undefined);
      return disk.full ? Promise.reject(new StorageError('the disk is full')) : store.update(id, change);
    },
  });
  const { now, delay } = time;
  const onStorage = () => undefined;
  const vault = new CredentialVault({ store: fenced(disk.credentials), delay, random: random.next, onStorage });
  const pool = new AccountPool({ store: fenced(disk.accounts), now, newId, rules: () => RULES, onStorage });
  await vault.load();
  await pool.load((id) => vault.lifeOf(id));
  const tokens = new TokenManager({
    vault,
    pool,
    endpoint: farEnd.endpoint(dead),
    probe: async () => ({ kind: 'unreachable', message: 'not simulated' }),
    delay,
    random: random.next,
    now,
    alert: () => undefined,
    nextRefreshRun: () => now() + HOUR,
    rules: () => RULES,
  });
  pool.onEffect((effect, account) => {
    if (effect === 'start_proof') void tokens.prove(account.id);
  });
  const strikes = createStrikes();
  const pins = createConversationPins(now, () => HOUR);
  const idle = { idleThresholdMs: 2 * DAY, autoDeactivate: true };
  const parts = {
    pool,
    vault,
    tokens,
    strikes,
    pins,
    verdicts: createVerdicts({ pool, strikes, now, newId, defaultCooldownMs: () => HOUR }),
    circuits: createCircuits(now),
    budget: new RetryBudget(),
    checkIdle: createIdleCheck({ pool, now, rules: () => idle, onIdle: () => undefined }),
  };
  plant?.(parts, disk);
  const nameOf = (secret: string) =>
    [...farEnd.accounts.values()].find((one) => one.accessToken === secret || secret.endsWith(`|${one.name}`))?.name ?? null;
  const relay: AttemptDeps = { ...parts, hop: farEnd.hop(dead, nameOf), now, random: random.next, delay, rules: () => ATTEMPTS };
  return {
    ...parts,
    relay,
    kill() {
      isDead = true;
    },
  };
}
