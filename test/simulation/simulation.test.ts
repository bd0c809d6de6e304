import assert from 'node:assert/strict';
import { LawBroken } from './law-broken.ts';
import { plantedBugs } from './planted-bugs.ts';
import { simulate } from './simulate.ts';

const STATES = ['active', 'rate_limited', 'inactive', 'invalid'];
const EVENTS = [
  'quota_rejected',
  'throttled',
  'credential_rejected',
  'refreshed',
  'cooldown_elapsed',
  'disabled',
  'idle',
  'enabled',
  'verified',
  'reauthorized',
  'mark_withdrawn',
  'limit_cleared',
];
/** The last one is there for a rare cell: an account that an answer under way throttles after another one condemned it. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 21];
const STEPS = 20_000;
/** A bug may need a rare constellation: so many steps are tried from each of so many seeds. */
const STEPS_PER_BUG = 15_000;
const SEEDS_PER_BUG = 4;

describe('the state of the product, whatever happens to it', function () {
  // Work, not waiting: about three seconds for each seed.
  this.timeout(120_000);
  const cells = new Set<string>();
  const rows = new Set<number>();

  for (const seed of SEEDS) {
    it(`keeps every law for ${STEPS} steps from seed ${seed}`, async () => {
      const end = await simulate({ seed, steps: STEPS });
      for (const cell of end.cells) cells.add(cell);
      for (const row of end.rows) rows.add(row);
      assert.ok(end.requests > STEPS / 2 && end.restarts > 10);
    });
  }

  it('has been through every cell of the status machine', () => {
    const all = STATES.flatMap((state) => EVENTS.map((event) => `${state} × ${event}`));
    assert.deepEqual(
      all.filter((cell) => !cells.has(cell)),
      [],
    );
  });

  it('has been through every row of the reply table', () => {
    assert.deepEqual(
      [...rows].toSorted((a, b) => a - b),
      Array.from({ length: 19 }, (_, index) => index + 1),
    );
  });

  it('comes out alike for the same seed', async () => {
    const [one, other] = [await simulate({ seed: 77, steps: 1500 }), await simulate({ seed: 77, steps: 1500 })];
    assert.deepEqual(one, other);
  });
});

describe('the laws of the simulation notice that', function () {
  this.timeout(120_000);
  for (const [bug, plant] of Object.entries(plantedBugs)) {
    it(bug, async () => {
      let outcome: unknown = 'nothing was noticed';
      for (let seed = 1; seed <= SEEDS_PER_BUG && outcome === 'nothing was noticed'; seed += 1)
        outcome = await simulate({ seed, steps: STEPS_PER_BUG, plant }).then(
          () => 'nothing was noticed',
          (error: unknown) => (error instanceof LawBroken ? 'noticed' : error),
        );
      assert.equal(outcome, 'noticed');
    });
  }

  it('nothing, where nothing is planted', async () => {
    await simulate({ seed: 1, steps: 1000 });
  });

  it('and there are at least twelve such bugs', () => assert.ok(Object.keys(plantedBugs).length >= 12));
});
