import assert from 'node:assert/strict';
import { trafficOf } from '../../../../frontend/src/features/overview/traffic.ts';
import { at } from '../../support/builders.ts';

const minute = (index: number, requests: number, errors = 0) => ({
  at: at(index * 60_000),
  requests,
  errors,
  input_tokens: requests * 1000,
  output_tokens: requests,
});

describe('the traffic of the last hour', () => {
  const minutes = [minute(0, 2), minute(1, 5, 1), minute(2, 0)];

  it('is drawn minute by minute', () => {
    const { times, series } = trafficOf(minutes, 'requests');
    assert.equal((times[1] ?? 0) - (times[0] ?? 0), 60);
    assert.deepEqual(
      series.map(({ values }) => values),
      [
        [2, 5, 0],
        [0, 1, 0],
      ],
    );
  });

  it('is told in words to who cannot see it', () => {
    assert.match(trafficOf(minutes, 'requests').summary, /7 in all, at most 5 in a minute; 1 failed/);
    assert.match(trafficOf(minutes, 'tokens').summary, /7,000 in, 7 out/);
    assert.match(trafficOf([], 'requests').summary, /0 in all, at most 0/);
  });
});
