import assert from 'node:assert/strict';
import { samplesAt, type WindowSeries, withReport } from '../../../src/core/window-samples.ts';
import { DAY, HOUR, MINUTE } from '../../support/builders.ts';

/** At the beginning of a slot. */
const START = Date.parse('2026-11-24T12:00:00Z');
const report = (utilization: number | null, resetAt: number | null = START + 5 * HOUR, name = '5h') => [
  { name, status: null, utilization, resetAt },
];

/** The samples after these reports, each so long after the start. */
function samples(...reports: readonly (readonly [afterMs: number, utilization: number])[]) {
  const series = reports.reduce<readonly WindowSeries[]>(
    (all, [after, used]) => withReport(all, report(used), START + after),
    [],
  );
  return (series[0]?.samples ?? []).map(([at, used]) => [at - START, used]);
}

describe('the samples of a quota window', () => {
  it('are one for each quarter of an hour: the latest', () => {
    assert.deepEqual(samples([0, 0.1], [MINUTE, 0.2], [14 * MINUTE, 0.3], [15 * MINUTE, 0.4]), [
      [14 * MINUTE, 0.3],
      [15 * MINUTE, 0.4],
    ]);
  });

  it('are none where nothing changed', () => {
    const series = withReport([], report(0.1), START);
    assert.equal(withReport(series, report(0.1), START + HOUR), series);
    assert.deepEqual(withReport([], report(null), START), []);
  });

  it('keep a peak that a drop follows within the quarter', () => {
    assert.deepEqual(samples([0, 0.9], [MINUTE, 0.1]), [
      [0, 0.9],
      [MINUTE, 0.1],
    ]);
  });

  it('fall to nothing at the reset, whether or not anybody asks after it', () => {
    const [series] = withReport([], report(0.9, START + HOUR), START);
    assert.ok(series);
    assert.deepEqual(samplesAt(series, START + HOUR - 1), [[START, 0.9]]);
    assert.deepEqual(samplesAt(series, START + 2 * HOUR), [
      [START, 0.9],
      [START + HOUR, 0],
    ]);
    const [later] = withReport([series], report(0.2, START + 6 * HOUR), START + 2 * HOUR);
    assert.deepEqual(later?.samples, [
      [START, 0.9],
      [START + HOUR, 0],
      [START + 2 * HOUR, 0.2],
    ]);
  });

  it('do not come from a report whose window is over', () => {
    assert.deepEqual(withReport([], report(0.9, START), START), []);
  });

  it('go back a week', () => {
    const [series] = withReport(withReport([], report(0.1, null), START), report(0.2, null), START + DAY);
    assert.ok(series);
    assert.equal(samplesAt(series, START + 7 * DAY).length, 2);
    assert.equal(samplesAt(series, START + 7 * DAY + 1).length, 1);
    assert.equal(samplesAt(series, START + 9 * DAY).length, 0);
  });

  it('are bounded, however the upstream names its windows and however wildly they change', () => {
    let series: readonly WindowSeries[] = [];
    for (let index = 0; index < 2000; index += 1)
      series = withReport(series, [...report(index % 2, null), ...report(1, null, `${index}h`)], START + index);
    assert.deepEqual([series.length, series[0]?.samples.length], [12, 800]);
  });
});
