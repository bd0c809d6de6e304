/** A drill of docs/drills, played to the whole product under a clock that the test moves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDrill } from '../../../src/simulator/drills/read-drill.ts';
import { NOW } from '../../support/builders.ts';
import { aMessage, startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

export const DRILLS = join(import.meta.dirname, '../../../docs/drills');

export interface DrillWorld extends World {
  /** What the drill said so far. */
  readonly said: readonly string[];
  now(): number;
  pass(ms: number): void;
  /** As the administration API shows it. */
  // biome-ignore lint/suspicious/noExplicitAny: read field by field, as in the world it extends
  account(name: string): Promise<any>;
  /** Status, and which account served. */
  served(over?: {
    readonly model?: string;
    readonly session?: string;
  }): Promise<readonly [status: number, account: string | null]>;
}

/** Every account of the drill has logged in, in the order of the file, when this resolves. */
export async function startDrill(file: string, options: WorldOptions = {}): Promise<DrillWorld> {
  const reading = readDrill(readFileSync(join(DRILLS, file), 'utf8'));
  assert.ok(reading.kind === 'drill', JSON.stringify(reading));
  let now = NOW;
  const world = await startWorld({ simulator: { seed: 'drill' }, ...options, now: () => now });
  const said: string[] = [];
  world.simulator.play(reading.drill, (what) => said.push(what));
  const ids = new Map<string, string>();
  for (const { name } of reading.drill.accounts) {
    ids.set(name, await world.addAccount(name));
    // Accounts are looked at in the order of their making.
    now += 1;
  }
  return {
    ...world,
    said,
    now: () => now,
    pass(ms) {
      now += ms;
    },
    account: (name) => world.statusOf(ids.get(name) ?? ''),
    async served({ model = aMessage.model, session } = {}) {
      const headers: Record<string, string> = session === undefined ? {} : { 'x-claude-code-session-id': session };
      const reply = await world.ask({ body: { ...aMessage, model }, headers });
      await reply.text();
      return [reply.status, reply.headers.get('x-headgate-account')];
    },
  };
}
