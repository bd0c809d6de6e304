import assert from 'node:assert/strict';
import { windowSeries } from '../../../../../frontend/src/features/accounts/detail/window-series.ts';
import { at, aWindow, NOW } from '../../../support/builders.ts';

describe('the history of quota windows', () => {
  const chart = windowSeries(
    [
      {
        name: '5h',
        points: [
          { at: at(-3000), utilization: 0.2 },
          { at: at(-1000), utilization: 0.42 },
        ],
      },
      { name: '7d_opus', points: [{ at: at(-2000), utilization: 0.9 }] },
    ],
    [aWindow('5h', 0.6), aWindow('7d_opus', null)],
    NOW,
  );

  it('has one axis of time, which goes on to now', () =>
    assert.deepEqual(
      chart.times.map((second) => second * 1000 - NOW),
      [-3000, -2000, -1000, 0],
    ));

  it('holds each value until the next one, knows none before the first, and ends at the present one', () =>
    assert.deepEqual(
      chart.series.map(({ values }) => values),
      [
        [20, 20, 42, 60],
        [null, 90, 90, 90],
      ],
    ));

  it('names the windows', () =>
    assert.deepEqual(
      chart.series.map(({ label }) => label),
      ['5 hours', '7 days, Opus'],
    ));

  it('may be empty', () => assert.deepEqual(windowSeries([], [], NOW), { times: [], series: [] }));
});
