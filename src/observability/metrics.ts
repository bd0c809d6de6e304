/** Counters and gauges for Prometheus. The only file that knows prom-client. Labels come from short lists, so that their number is bounded. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Account } from '../core/account.ts';
import type { CircuitState } from '../core/circuit-breaker.ts';
import { isFamilyName, modelFamily } from '../core/model-family.ts';
import { type AttemptRecord, mayBeBilledTwice, type RequestRecord } from '../requests/request-record.ts';
import { VERSION } from '../version.ts';

export interface MetricsSources {
  readonly accounts: () => readonly Account[];
  readonly inFlight: () => number;
  readonly heldBytes: () => number;
  readonly droppedLogLines: () => number;
  readonly circuits: () => readonly { readonly circuit: string; readonly state: CircuitState }[];
}

export interface Metrics {
  request(record: RequestRecord): void;
  refresh(outcome: 'refreshed' | 'rejected' | 'failed'): void;
  failedKey(): void;
  readonly contentType: string;
  text(): Promise<string>;
}

const STATES = ['active', 'inactive', 'rate_limited', 'invalid'] as const;
const ROUTES = ['/v1/messages', '/v1/messages/count_tokens', '/v1/models'] as const;
/** Requests are counted so many at a time, or when somebody asks: together that costs a third. */
const MAX_UNCOUNTED = 64;
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

const routeOf = (path: string): string =>
  ROUTES.find((route) => path === route || (route === '/v1/models' && path.startsWith('/v1/models/'))) ?? 'other';

function familyOf(model: string | null): string {
  const family = modelFamily(model);
  return family === null ? 'none' : isFamilyName(family) ? family : 'other';
}

export function createMetrics(sources: MetricsSources): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: 'headgate_' });
  const counter = counterMaker(register);
  const refreshes = counter('refreshes_total', 'Token refreshes by outcome.', ['outcome']);
  const failedKeys = counter('failed_keys_total', 'Requests with a missing or unknown API key.', []);
  const count = requestCounter(register);
  exposeState(register, sources);

  let uncounted: RequestRecord[] = [];
  function countAll(): void {
    const records = uncounted;
    uncounted = [];
    for (const record of records) count(record);
  }

  return {
    contentType: register.contentType,
    text() {
      countAll();
      return register.metrics();
    },
    failedKey: () => failedKeys.inc(),
    refresh: (outcome) => refreshes.inc({ outcome }),
    request(record) {
      uncounted.push(record);
      if (uncounted.length >= MAX_UNCOUNTED) countAll();
    },
  };
}

const counterMaker =
  (register: Registry) =>
  <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name: `headgate_${name}`, help, labelNames, registers: [register] });

/** Everything that is counted of an ended request. */
function requestCounter(register: Registry): (record: RequestRecord) => void {
  const counter = counterMaker(register);
  const histogram = (name: string, help: string) =>
    new Histogram({ name: `headgate_${name}`, help, labelNames: ['route'] as const, buckets: SECONDS, registers: [register] });
  const requests = counter('requests_total', 'Requests by route, status, account that answered and model family.', [
    'route',
    'status',
    'account',
    'model',
  ]);
  const attempts = counter('attempts_total', 'Attempts upstream by the row that judged them and by why the account was chosen.', [
    'row',
    'why',
    'account',
  ]);
  const tokens = counter('tokens_total', 'Tokens as the upstream counted them.', ['kind', 'account', 'model']);
  const waits = counter('waits_total', 'Requests that waited for an account to come free.', []);
  const billedTwice = counter(
    'billed_twice_total',
    'Requests that were sent again although the first time may have been billed.',
    [],
  );
  const firstByte = histogram('time_to_first_byte_seconds', 'From the request to the first byte of its answer.');
  const duration = histogram('request_duration_seconds', 'From the request to the end of its answer.');

  return (record) => {
    const route = routeOf(record.path);
    const model = familyOf(record.model);
    const account = record.attempts.at(-1)?.accountName ?? 'none';
    requests.inc({ route, status: record.status, account, model });
    for (const attempt of record.attempts) attempts.inc(labelsOf(attempt));
    if (record.waited) waits.inc();
    if (mayBeBilledTwice(record)) billedTwice.inc();
    if (record.firstByteMs !== null) firstByte.observe({ route }, record.firstByteMs / 1000);
    duration.observe({ route }, record.durationMs / 1000);
    if (!record.usage) return;
    const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = record.usage;
    const kinds = { input: inputTokens, output: outputTokens, cache_read: cacheReadTokens, cache_creation: cacheCreationTokens };
    for (const [kind, count] of Object.entries(kinds)) if (count > 0) tokens.inc({ kind, account, model }, count);
  };
}

const OPENNESS: Readonly<Record<CircuitState, number>> = { closed: 0, probing: 0.5, open: 1 };

const labelsOf = ({ row, why, accountName }: AttemptRecord) => ({ row: row ?? 'none', why, account: accountName });

/** Gauges that are read when somebody asks, so that nothing has to keep them up to date. */
function exposeState(register: Registry, sources: MetricsSources): void {
  const { accounts, inFlight, heldBytes, droppedLogLines, circuits } = sources;
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[], collect: (gauge: Gauge<L>) => void) =>
    new Gauge<L>({
      name: `headgate_${name}`,
      help,
      labelNames,
      registers: [register],
      collect() {
        this.reset();
        collect(this);
      },
    });
  gauge('build_info', 'The running version.', ['version'], (self) => self.set({ version: VERSION }, 1));
  gauge('requests_in_flight', 'Requests that have not ended.', [], (self) => self.set(inFlight()));
  gauge('buffered_bytes', 'Bytes of request bodies held for replay.', [], (self) => self.set(heldBytes()));
  gauge('log_lines_dropped', 'Log lines that were not written because nobody read the ones before.', [], (self) =>
    self.set(droppedLogLines()),
  );
  gauge(
    'circuit_open',
    'One while requests are refused to spare the upstream, a half while a probe decides.',
    ['circuit'],
    (self) => {
      for (const { circuit, state } of circuits()) self.set({ circuit }, OPENNESS[state]);
    },
  );
  gauge('account_status', 'One for the status that the account has.', ['account', 'status'], (self) => {
    for (const { name, status } of accounts())
      for (const state of STATES) self.set({ account: name, status: state }, status.state === state ? 1 : 0);
  });
  gauge('window_utilization', 'Share used of a quota window, as last reported.', ['account', 'window'], (self) => {
    for (const { name, windows } of accounts())
      for (const window of windows)
        if (window.utilization !== null) self.set({ account: name, window: window.name }, window.utilization);
  });
  gauge('window_reset_seconds', 'When a quota window resets, in Unix seconds.', ['account', 'window'], (self) => {
    for (const { name, windows } of accounts())
      for (const window of windows)
        if (window.resetAt !== null) self.set({ account: name, window: window.name }, window.resetAt / 1000);
  });
}
