/** Durations: what is read, what is refused, and that writing and reading agree. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../src/config/duration.ts';

describe('parseDuration', () => {
  const readable: [string, number][] = [
    ['0', 0],
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['5m30s', 330_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['90m', 5_400_000],
  ];
  for (const [text, ms] of readable) {
    it(`reads ${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  for (const text of ['', ' ', '5', '-5s', '+5s', '1.5h', '5 s', '30s5m', '5m5m', '5S', '5min', 's', '1w', '1e3s', '5s ', '٣s']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }

  it('reads back whatever formatDuration writes', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (ms) => parseDuration(formatDuration(ms)) === ms));
  });

  it('never gives anything but a whole number of milliseconds or nothing, whatever the text', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9dhms. -]{0,12}$/));
    fc.assert(
      fc.property(
        texts,
        (text) => ['number', 'undefined'].includes(typeof parseDuration(text)) && Number.isSafeInteger(parseDuration(text) ?? 0),
      ),
    );
  });
});

describe('formatDuration', () => {
  it('writes the form that people use', () => {
    assert.deepEqual([0, 500, 330_000, 604_800_000, 90_061_001].map(formatDuration), [
      '0s',
      '500ms',
      '5m30s',
      '7d',
      '1d1h1m1s1ms',
    ]);
  });
});
