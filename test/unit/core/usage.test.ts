import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergeUsage } from '../../../src/core/usage.ts';

describe('usage', () => {
  it('reads the four counts of a usage object', () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      cache_read_input_tokens: 3,
      cache_creation_input_tokens: 4,
      service_tier: 'x',
    };
    assert.deepEqual(mergeUsage(null, usage), { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheCreationTokens: 4 });
  });

  it('takes later counts over and keeps those that are not named again', () => {
    const start = mergeUsage(null, { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5 });
    assert.deepEqual(mergeUsage(start, { output_tokens: 80 }), {
      inputTokens: 10,
      outputTokens: 80,
      cacheReadTokens: 5,
      cacheCreationTokens: 0,
    });
  });

  it('keeps what is known when there is no usage object', () => {
    const known = mergeUsage(null, { input_tokens: 1 });
    assert.deepEqual(
      [undefined, null, 3, 'x'].map((nothing) => mergeUsage(known, nothing)),
      [known, known, known, known],
    );
    assert.equal(mergeUsage(null, undefined), null);
  });

  it('never makes anything but finite counts of at least zero out of whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('input_tokens', 'output_tokens', 'x'), values: [fc.double(), fc.string()] }),
        (sent) => {
          const counts = Object.values(mergeUsage(null, sent) ?? {});
          assert.ok(counts.every((count) => Number.isFinite(count) && count >= 0));
        },
      ),
    );
  });
});
