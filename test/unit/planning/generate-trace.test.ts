import assert from 'node:assert/strict';
import { generateTrace } from '../../../src/planning/generate-trace.ts';
import { offeredWork } from '../../../src/planning/offered-work.ts';

const SHAPE = { seed: 1, accounts: 2, days: 7 };

describe('a made-up trace', () => {
  it('is the same for the same seed', () => {
    assert.deepEqual(generateTrace(SHAPE), generateTrace(SHAPE));
  });

  it('is another for another seed', () => {
    assert.notDeepEqual(generateTrace(SHAPE).requests, generateTrace({ ...SHAPE, seed: 2 }).requests);
  });

  it('keeps to its time, in order', () => {
    const { startsAt, endsAt, requests } = generateTrace(SHAPE);
    assert.ok(requests.every(({ at }, index) => at >= (requests[index - 1]?.at ?? startsAt) && at < endsAt));
  });

  it('has prompts that grow within a conversation until they are compacted', () => {
    const prompts = Map.groupBy(generateTrace(SHAPE).requests, ({ conversation }) => conversation);
    const shrinks = [...prompts.values()].flatMap((requests) =>
      requests.slice(1).filter(({ promptTokens }, index) => promptTokens < (requests[index]?.promptTokens ?? 0)),
    );
    assert.ok(shrinks.length > 0);
    assert.ok(shrinks.every(({ promptTokens }) => promptTokens === 35_000));
  });

  it('reads most of its prompts from the cache, as Claude Code does', () => {
    const { requests } = offeredWork(generateTrace(SHAPE));
    const tokens = requests.reduce((sum, { promptTokens }) => sum + promptTokens, 0);
    const read = requests.reduce((sum, { ideal }) => sum + ideal.readTokens, 0);
    assert.ok(read / tokens > 0.9 && read / tokens < 0.99, `${read / tokens}`);
  });
});
