/** Every fault of the catalogue, played to the whole product: the row that the catalogue names is the row that judges it. */
import assert from 'node:assert/strict';
import { describedFaults } from '../../../src/simulator/faults/describe-faults.ts';
import type { FaultInput } from '../../../src/simulator/faults/fault-script.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';
import { eventually } from '../simulator/simulator-client.ts';

/** What has to be given. */
const PARAMETERS: Readonly<Record<string, object>> = {
  status: { status: 503 },
  reply_headers: { headers: { 'anthropic-ratelimit-galaxies-remaining': '0' } },
  delay: { ms: 1 },
  cut: { afterEvents: 2 },
  stall: { afterEvents: 2 },
  slow: { msPerEvent: 1 },
  silence: { ms: 5 },
  flood: { bytes: 100_000 },
};

/** A break in mid-stream was a good reply until then; an error as first event is judged as that error. */
const JUDGED_AS: Readonly<Record<number, number>> = { 19: 1, 2: 15 };

describe('a fault of the catalogue', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({
      accounts: ['one', 'two'],
      config: { server: { connectTimeoutMs: 400, responseTimeoutMs: 400 }, retry: { maxAttempts: 1 } },
    });
  });
  afterEach(() => world.stop());

  /** The row of the first attempt on an account; of a renewed token the second. */
  async function rowOf(action: FaultInput['action'], requests: number): Promise<number | null> {
    world.simulator.fault(null, { action, times: null });
    let id: string | null = null;
    for (let turn = 0; turn < requests; turn += 1) {
      const reply = await world.ask({ body: { ...aMessage, stream: true } });
      id = reply.headers.get('x-headgate-request-id');
      const read = reply.text().catch(() => '');
      if (action.kind === 'stall') await eventually(() => world.simulator.release() === 1);
      await read;
    }
    const why = await world.admin('GET', `/api/requests/${id}/why`);
    const attempts = why.body.attempts as readonly { readonly chosen_by: string; readonly row: number | null }[];
    return attempts.find(({ chosen_by }) => chosen_by !== 'renewed')?.row ?? null;
  }

  for (const { kind, rows } of describedFaults().filter((fault) => fault.rows.length > 0)) {
    it(`is judged by row ${rows.join(' or ')}: ${kind}`, async () => {
      // The second request comes on the connection of the first.
      const row = await rowOf({ kind, ...PARAMETERS[kind] } as FaultInput['action'], kind === 'stale_connection' ? 2 : 1);
      assert.ok(rows.map((named) => JUDGED_AS[named] ?? named).includes(row ?? 0), `row ${row}`);
    });
  }

  it('is there for every row of the reply table', () => {
    const rows = new Set(describedFaults().flatMap((fault) => fault.rows));
    const missing = Array.from({ length: 19 }, (_, index) => index + 1).filter((row) => !rows.has(row));
    assert.deepEqual(missing, []);
  });
});
