import assert from 'node:assert/strict';
import type { RequestRecord } from '../../../src/requests/request-record.ts';
import { createUsageTotals } from '../../../src/requests/usage-totals.ts';
import { HOUR, MINUTE, NOW } from '../../support/builders.ts';
import { aRequestRecord } from '../../support/request-records.ts';

describe('usage totals', () => {
  let now = NOW;
  beforeEach(() => {
    now = NOW;
  });
  const totals = (...records: Partial<RequestRecord>[]) => {
    const all = createUsageTotals(() => now);
    for (const record of records) all.record(aRequestRecord(record));
    return all;
  };

  it('add up requests and tokens', () => {
    const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheCreationTokens: 4 };
    assert.deepEqual(totals({ usage }, { usage }, { usage: null }).total(), {
      requests: 3,
      errors: 0,
      inputTokens: 2,
      outputTokens: 4,
      cacheReadTokens: 6,
      cacheCreationTokens: 8,
    });
  });

  it('count refusals and cut streams as errors, and clients that left as none', () => {
    const all = totals({ status: 429 }, { outcome: 'cut' }, { outcome: 'client_gone', status: 200 });
    assert.equal(all.total().errors, 2);
  });

  it('forget within the hour what is older than an hour', () => {
    const all = totals({});
    now += HOUR - MINUTE;
    assert.equal(all.lastHour().requests, 1);
    now += MINUTE;
    assert.equal(all.lastHour().requests, 0);
    assert.equal(all.total().requests, 1);
  });

  it('start a minute anew when its place in the ring comes round', () => {
    const all = totals({}, {});
    now += HOUR;
    all.record(aRequestRecord({}));
    assert.equal(all.lastHour().requests, 1);
  });

  it('are told minute by minute, sixty of them, the running one last', () => {
    const all = totals({ status: 500 });
    now += 2 * MINUTE;
    const minutes = all.byMinute();
    assert.deepEqual([minutes.length, minutes.at(-1)?.at], [60, Math.floor(now / MINUTE) * MINUTE]);
    assert.deepEqual(
      minutes.slice(-3).map(({ totals: { requests, errors } }) => [requests, errors]),
      [
        [1, 1],
        [0, 0],
        [0, 0],
      ],
    );
  });
});
