import assert from 'node:assert/strict';
import { mergeEvents } from '../../../../frontend/src/features/overview/merge-events.ts';
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

describe('the events of several accounts', () => {
  const event = (id: string, offset: number) => ({
    id,
    at: at(offset),
    type: 'enabled',
    from: null,
    to: 'active' as const,
    evidence: { summary: 'x' },
  });
  it('are one history, the newest first, cut to what is shown', () => {
    const merged = mergeEvents(
      [
        { account: { id: 'a', name: 'a' }, events: [event('e4', 40), event('e1', 10)] },
        { account: { id: 'b', name: 'b' }, events: [event('e3', 30), event('e2', 10)] },
      ],
      3,
    );
    assert.deepEqual(
      merged.map(({ account, event: { id } }) => `${account.id} ${id}`),
      ['a e4', 'b e3', 'b e2'],
    );
  });
});
