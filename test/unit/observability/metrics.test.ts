/** Metrics say what happened, in a number of series that nobody outside can make grow. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergeWindows } from '../../../src/core/rate-limit-headers.ts';
import { metricCatalogue } from '../../../src/observability/metric-catalogue.ts';
import { createMetrics, type MetricsSources } from '../../../src/observability/metrics.ts';
import type { AttemptRecord, RequestRecord } from '../../../src/requests/request-record.ts';
import { anAccount } from '../../support/builders.ts';
import { aRequestRecord } from '../../support/request-records.ts';

const sourcesOf = (over: Partial<MetricsSources> = {}): MetricsSources => ({
  accounts: () => [anAccount({ id: 'acc_1', name: 'one' })],
  inFlight: () => 3,
  heldBytes: () => 4096,
  droppedLogLines: () => 0,
  circuits: () => [{ circuit: 'connections', state: 'open' }],
  ...over,
});

const anAttempt = (over: Partial<AttemptRecord> = {}): AttemptRecord => ({
  accountId: 'acc_1',
  accountName: 'one',
  why: 'rotation',
  considered: [],
  mayBeBilled: true,
  row: 1,
  status: 200,
  upstreamRequestId: null,
  startedAt: 0,
  durationMs: 5,
  ...over,
});

const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 0, cacheCreationTokens: 0 };

/** The series of our own requests: names with their labels, without values. */
const seriesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('headgate_') && !/^headgate_(process|nodejs)_/.test(line))
    .map((line) => line.slice(0, line.lastIndexOf(' ')));

const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const anyRecord: fc.Arbitrary<RequestRecord> = fc
  .record({
    path: fc.oneof(
      anyText,
      anyText.map((rest) => `/v1/models/${rest}`),
    ),
    model: fc.oneof(
      anyText,
      anyText.map((rest) => `claude-opus-${rest}`),
    ),
    status: fc.integer({ min: 0, max: 99_999 }),
    name: anyText,
    attemptStatus: fc.integer({ min: 0, max: 999 }),
    method: anyText,
    apiKeyId: anyText,
    errorType: anyText,
  })
  .map(({ name, attemptStatus, ...record }) =>
    aRequestRecord({
      ...record,
      usage,
      attempts: [anAttempt({ accountId: `acc_${name}`, accountName: name, status: attemptStatus, upstreamRequestId: name })],
    }),
  );

describe('metrics', () => {
  it('show each metric of the catalogue, and no other of our own', async () => {
    const metrics = createMetrics(sourcesOf());
    const text = await metrics.text();
    const shown = [...text.matchAll(/^# TYPE headgate_(\w+) (\w+)$/gm)].filter(
      ([, name = '']) => !/^(process|nodejs)_/.test(name),
    );
    assert.deepEqual(
      Object.fromEntries(shown.map(([, name, kind]) => [name, kind])),
      Object.fromEntries(Object.entries(metricCatalogue).map(([name, { kind }]) => [name, kind])),
    );
    assert.match(text, /^headgate_nodejs_eventloop_lag_seconds /m);
  });

  it('have as many series after thousands of made-up names as after some', async () => {
    const metrics = createMetrics(sourcesOf());
    const send = (records: readonly RequestRecord[]) => {
      for (const record of records) metrics.request(record);
    };
    const statuses = Array.from({ length: 1000 }, (_, status) => aRequestRecord({ status, attempts: [anAttempt({ status })] }));
    send(statuses);
    const families = ['opus', 'sonnet', 'haiku', 'gpt', null];
    // Everything that can be told apart, once: each list of labels multiplied out.
    for (const path of ['/v1/messages', '/v1/messages/count_tokens', '/v1/models', '/v1/x'])
      for (const model of families)
        for (const attempts of [[], [anAttempt({ accountId: 'gone' })], [anAttempt()]])
          for (let status = 100; status < 600; status++) send([aRequestRecord({ path, model, status, usage, attempts })]);
    const before = seriesIn(await metrics.text()).length;
    send(fc.sample(anyRecord, 5000));
    const after = seriesIn(await metrics.text()).length;
    assert.ok(after <= before + 10, `${before} series became ${after}`);
  });

  it('hold nothing that a client wrote', async () => {
    const metrics = createMetrics(sourcesOf());
    metrics.request(
      aRequestRecord({ path: '/v1/secret-path', model: 'secret-model', method: 'SECRET', errorType: 'secret_error' }),
    );
    assert.doesNotMatch(await metrics.text(), /secret/i);
  });

  it('escape what an operator wrote into a name', async () => {
    const name = 'a"b\\c\nd';
    const metrics = createMetrics(sourcesOf({ accounts: () => [anAccount({ id: 'acc_1', name })] }));
    metrics.request(aRequestRecord({ attempts: [anAttempt()] }));
    const text = await metrics.text();
    assert.ok(text.includes(String.raw`headgate_account_status{account="a\"b\\c\nd",status="active"} 1`), text);
    assert.ok(text.includes(String.raw`account="a\"b\\c\nd",model="sonnet"} 1`));
  });

  it('let an account go that was removed or renamed', async () => {
    let accounts = [anAccount({ id: 'acc_1', name: 'one' }), anAccount({ id: 'acc_2', name: 'two' })];
    const metrics = createMetrics(sourcesOf({ accounts: () => accounts }));
    const both = [anAttempt(), anAttempt({ accountId: 'acc_2', accountName: 'two', why: 'failover' })];
    metrics.request(aRequestRecord({ attempts: both, usage }));
    assert.match(await metrics.text(), /account="two"/);
    accounts = [anAccount({ id: 'acc_1', name: 'uno' })];
    metrics.request(aRequestRecord({ attempts: both, usage }));
    const text = await metrics.text();
    assert.doesNotMatch(text, /account="(one|two)"/);
    assert.match(text, /headgate_attempts_total\{row="1",outcome="2xx",why="rotation",account="uno"\} 1/);
    assert.match(text, /headgate_requests_total\{route="\/v1\/messages",status="200",account="removed",model="sonnet"\} 1/);
  });

  it('count attempts by row and outcome, and those after the first by their reason', async () => {
    const metrics = createMetrics(sourcesOf());
    const attempts = [
      anAttempt({ row: 17, status: null }),
      anAttempt({ row: 6, status: 429, why: 'retry' }),
      anAttempt({ row: 1, why: 'failover' }),
    ];
    metrics.request(aRequestRecord({ attempts }));
    const text = await metrics.text();
    assert.match(text, /headgate_attempts_total\{row="17",outcome="no_reply",why="rotation",account="one"\} 1/);
    assert.match(text, /headgate_attempts_total\{row="6",outcome="4xx",why="retry",account="one"\} 1/);
    assert.match(text, /headgate_retries_total\{why="retry"\} 1/);
    assert.match(text, /headgate_retries_total\{why="failover"\} 1/);
    assert.doesNotMatch(text, /headgate_retries_total\{why="rotation"\}/);
  });

  it('show windows, whose number on an account has a bound', async () => {
    const named = (name: string) => ({ name, status: 'allowed', utilization: 0.5, resetAt: 1_000 });
    let windows = mergeWindows([], [named('5h'), named('7d')]);
    for (let hour = 0; hour < 5000; hour += 1) windows = mergeWindows(windows, [named('5h'), named(`${hour}d_x`)]);
    const metrics = createMetrics(sourcesOf({ accounts: () => [anAccount({ name: 'one', windows })] }));
    const text = await metrics.text();
    assert.match(text, /headgate_window_utilization\{account="one",window="5h"\} 0.5/);
    assert.match(text, /headgate_window_reset_seconds\{account="one",window="5h"\} 1$/m);
    assert.equal(text.match(/^headgate_window_utilization\{/gm)?.length, 12);
  });

  it('tell what is in flight, held and open', async () => {
    const text = await createMetrics(sourcesOf()).text();
    for (const line of [
      'headgate_requests_in_flight 3',
      'headgate_buffered_bytes 4096',
      'headgate_circuit_open{circuit="connections"} 1',
    ])
      assert.ok(text.includes(`${line}\n`), line);
  });
});
