import assert from 'node:assert/strict';
import { contenders } from '../../../src/planning/contenders.ts';
import { replay } from '../../../src/planning/replay.ts';
import type { TraceRequest } from '../../../src/planning/trace.ts';
import type { WorldAccountStart } from '../../../src/planning/world-account.ts';
import { DAY, HOUR, MINUTE, NOW } from '../../support/builders.ts';
import { aRequest, aStart, everyMinute, workOf } from './planning-builders.ts';

const COST = 1750;
const CHEAP = { conversation: 'a', promptTokens: 40_000, outputTokens: 0 };

function play(name: string, starts: readonly WorldAccountStart[], requests: readonly TraceRequest[]) {
  const contender = contenders.find((candidate) => candidate.name === name);
  assert.ok(contender);
  return replay(workOf(...requests), contender, starts);
}

/** Far enough apart for nothing to be cached. */
const everyTenMinutes = (count: number): TraceRequest[] =>
  Array.from({ length: count }, (_, index) => aRequest({ at: NOW + index * 10 * MINUTE, turn: `t${index}` }));

describe('a replay', () => {
  it('serves everything while there is quota', () => {
    const { servedCost, refused, firstRefusalAt } = play('round_robin', [aStart(10 * COST)], everyTenMinutes(10));
    assert.deepEqual({ servedCost, refused, firstRefusalAt }, { servedCost: 10 * COST, refused: 0, firstRefusalAt: null });
  });

  it('lets the client see a 429 once the quota is used up', () => {
    const { servedCost, refused, firstRefusalAt } = play('round_robin', [aStart(3 * COST)], everyTenMinutes(5));
    const expected = { servedCost: 3 * COST, refused: 2, firstRefusalAt: NOW + 30 * MINUTE };
    assert.deepEqual({ servedCost, refused, firstRefusalAt }, expected);
  });

  it('goes on with the next account when one is used up', () => {
    const { refused, upstreamRefusals } = play('priority', [aStart(2 * COST), aStart(9 * COST)], everyTenMinutes(8));
    assert.deepEqual({ refused, upstreamRefusals }, { refused: 0, upstreamRefusals: 1 });
  });

  it('asks no account again that is in its cooldown', () => {
    assert.equal(play('round_robin', [aStart(COST), aStart(COST)], everyTenMinutes(6)).upstreamRefusals, 2);
  });

  it('comes back to an account when its week begins anew', () => {
    const late = aRequest({ at: NOW + 3 * DAY, turn: 'late' });
    const { refused, servedCost } = play('round_robin', [aStart(COST)], [...everyTenMinutes(2), late]);
    assert.deepEqual({ refused, servedCost }, { refused: 1, servedCost: 2 * COST });
  });

  it('comes back to an account five hours after its short window began', () => {
    const start = aStart(10 * COST, { capacity: { weekly: 10 * COST, short: COST } });
    const late = [
      aRequest({ at: NOW + 5 * HOUR - 10 * MINUTE, turn: 'before' }),
      aRequest({ at: NOW + 5 * HOUR, turn: 'after' }),
    ];
    const { refused, servedCost } = play('round_robin', [start], [...everyTenMinutes(1), ...late]);
    assert.deepEqual({ refused, servedCost }, { refused: 1, servedCost: 2 * COST });
  });

  it('sends no more of a turn after a refusal', () => {
    const { refused, abandoned } = play('round_robin', [aStart(COST)], everyMinute(5, { turn: 'one' }));
    assert.deepEqual({ refused, abandoned }, { refused: 1, abandoned: 3 });
  });

  it('takes what is in flight when the quota ends for served', () => {
    const together = [aRequest({ turn: 'a' }), aRequest({ turn: 'b', at: NOW + 500 })];
    assert.equal(play('round_robin', [aStart(COST)], together).refused, 0);
  });

  it('counts what was used before the start', () => {
    const start = aStart(4 * COST, { usedBefore: 0.5 });
    assert.equal(play('round_robin', [start], everyTenMinutes(4)).refused, 2);
  });

  it('keeps a conversation with the cache that knows it', () => {
    const { readTokens, idealReadTokens } = play('round_robin', [aStart(1e6), aStart(1e6)], everyMinute(4, CHEAP));
    assert.deepEqual({ readTokens, idealReadTokens }, { readTokens: 120_000, idealReadTokens: 120_000 });
  });

  it('pays for a cold cache at every account when each request is placed anew', () => {
    const { readTokens, spentCost, servedCost } = play('round_robin/request', [aStart(1e6), aStart(1e6)], everyMinute(4, CHEAP));
    assert.deepEqual({ readTokens, dearer: spentCost - servedCost }, { readTokens: 80_000, dearer: 40_000 * 1.15 });
  });

  it('takes from the quota what a request costs on its account, not what it would cost at best', () => {
    const { refused } = play('round_robin/request', [aStart(51_000), aStart(51_000)], everyMinute(6, CHEAP));
    assert.equal(refused, 2);
  });

  it('is the same twice', () => {
    const run = () => play('quota_aware', [aStart(5 * COST), aStart(4 * COST)], everyTenMinutes(12));
    assert.deepEqual(run(), run());
  });
});
