import assert from 'node:assert/strict';
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatExact,
  formatInstant,
  formatShare,
  formatTimeLeft,
  formatWhen,
  formatWindow,
  plural,
} from '../../../frontend/src/lib/format.ts';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

const table = <T>(what: string, format: (value: T) => string, rows: readonly (readonly [value: T, text: string])[]): void => {
  describe(what, () => {
    for (const [value, text] of rows) it(`${JSON.stringify(value)} is ${text}`, () => assert.equal(format(value), text));
  });
};

table('a count', formatCount, [
  [0, '0'],
  [9999, '9,999'],
  [12_345, '12.3K'],
  [1_250_000, '1.3M'],
]);

table('a share', formatShare, [
  [0, '0%'],
  [0.004, '<1%'],
  [0.254, '25%'],
  [0.999, '99%'],
  [1, '100%'],
  [1.2, '120%'],
]);

table('a size', formatBytes, [
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KB'],
  [200 * 1024 * 1024, '200 MB'],
]);

table('a duration', formatDuration, [
  [-5, '0ms'],
  [480, '480ms'],
  [23_900, '23s'],
  [4 * M + 5 * S, '4m 05s'],
  [2 * H + 5 * M, '2h 05m'],
  [3 * D + 4 * H + 59 * M, '3d 4h'],
]);

table('a time that is left', formatTimeLeft, [
  [-1, '0s'],
  [1, '1s'],
  [59_001, '1m 00s'],
  [D, '1d 0h'],
]);

table('a time that has passed', formatAgo, [
  [-3, 'just now'],
  [9 * S, 'just now'],
  [59 * S, '59s ago'],
  [61 * M, '1h ago'],
  [25 * H, 'yesterday'],
  [49 * H, '2 days ago'],
]);

table('a quota window', formatWindow, [
  ['5h', '5 hours'],
  ['1d', '1 day'],
  ['7d_opus', '7 days, Opus'],
  ['something-new', 'something-new'],
]);

describe('an instant', () => {
  const now = new Date(2026, 10, 24, 13, 0).getTime();
  const at = (...parts: readonly [number, number, number, number?, number?]): number => {
    const [year, month, day, hour = 14, minute = 5] = parts;
    return new Date(year, month, day, hour, minute).getTime();
  };
  for (const [what, when, text] of [
    ['today', at(2026, 10, 24), '14:05'],
    ['tomorrow, however soon', at(2026, 10, 25, 0, 5), 'tomorrow 00:05'],
    ['yesterday', at(2026, 10, 23), 'yesterday 14:05'],
    ['within a week', at(2026, 10, 28), 'Sat 14:05'],
    ['in the same year', at(2026, 11, 31), '31 Dec 14:05'],
    ['in another year', at(2027, 1, 1), '1 Feb 2027'],
  ] as const)
    it(`${what} is ${text}`, () => assert.equal(formatInstant(when, now), text));

  it('stands in a sentence as one says it', () => {
    const now = new Date(2026, 10, 24, 12).getTime();
    assert.equal(formatWhen(new Date(2026, 10, 24, 14, 5).getTime(), now), 'at 14:05');
    assert.equal(formatWhen(new Date(2026, 10, 25, 14, 5).getTime(), now), 'tomorrow at 14:05');
    assert.equal(formatWhen(new Date(2026, 11, 24, 14, 5).getTime(), now), '24 Dec at 14:05');
    assert.equal(formatWhen(new Date(2027, 11, 24, 14, 5).getTime(), now), 'on 24 Dec 2027');
  });

  it('is told exactly, in the zone of the viewer and in UTC', () =>
    assert.match(formatExact(Date.UTC(2026, 10, 24, 12)), /24 November 2026 at .* \(2026-11-24T12:00:00\.000Z\)$/));
});

describe('a number of things', () => {
  it('agrees with its word', () =>
    assert.deepEqual(
      [plural(1, 'account'), plural(0, 'account'), plural(2, 'entry', 'entries')],
      ['1 account', '0 accounts', '2 entries'],
    ));
});
