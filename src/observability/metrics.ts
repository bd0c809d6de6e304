/** Counters and gauges for Prometheus. The only file that knows prom-client. */
import { STATUS_CODES } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Account } from '../core/account.ts';
import type { CircuitState } from '../core/circuit-breaker.ts';
import { isFamilyName, modelFamily } from '../core/model-family.ts';
import { type AttemptRecord, mayBeBilledTwice, type RequestRecord } from '../requests/request-record.ts';
import { VERSION } from '../version.ts';
import { type LabelOf, type MetricName, metricCatalogue } from './metric-catalogue.ts';

export interface MetricsSources {
  readonly accounts: () => readonly Pick<Account, 'id' | 'name' | 'status' | 'windows'>[];
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

const PREFIX = 'headgate_';
const STATES = ['active', 'inactive', 'rate_limited', 'invalid'] as const;
const ROUTES = ['/v1/messages', '/v1/messages/count_tokens', '/v1/models'] as const;
/** Those of the standards, and the two of custom: the client left, overloaded. An upstream may answer with any other number. */
const STATUSES = new Set([...Object.keys(STATUS_CODES).map(Number), 499, 529]);
/** Requests are counted so many at a time, or when somebody asks: together that costs a third. */
const MAX_UNCOUNTED = 64;
const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const NO_ACCOUNT = 'none';
const REMOVED = 'removed';

const routeOf = (path: string): string =>
  ROUTES.find((route) => path === route || (route === '/v1/models' && path.startsWith('/v1/models/'))) ?? 'other';

const statusOf = (status: number): string => (STATUSES.has(status) ? String(status) : 'other');

function familyOf(model: string | null): string {
  const family = modelFamily(model);
  return family === null ? 'none' : isFamilyName(family) ? family : 'other';
}

/** The name that an account has now. */
type NameOf = (attempt: Pick<AttemptRecord, 'accountId'>) => string;

export function createMetrics(sources: MetricsSources): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: PREFIX });
  const refreshes = counterIn(register, 'refreshes_total');
  const failedKeys = counterIn(register, 'failed_keys_total');
  const requests = requestCounter(register);
  exposeState(register, sources);

  let uncounted: RequestRecord[] = [];
  function countAll(): void {
    const names = new Map(sources.accounts().map(({ id, name }) => [id, name]));
    const nameOf: NameOf = ({ accountId }) => names.get(accountId) ?? REMOVED;
    const records = uncounted;
    uncounted = [];
    for (const record of records) requests.count(record, nameOf);
  }

  return {
    contentType: register.contentType,
    async text() {
      countAll();
      await requests.forget(new Set([NO_ACCOUNT, REMOVED, ...sources.accounts().map(({ name }) => name)]));
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

/** What every kind of metric is made from. */
const described = <N extends MetricName>(register: Registry, name: N) => {
  const { help, labels } = metricCatalogue[name];
  return { name: `${PREFIX}${name}`, help, labelNames: labels as readonly LabelOf<N>[], registers: [register] };
};

const counterIn = <N extends MetricName>(register: Registry, name: N) => new Counter<LabelOf<N>>(described(register, name));
const histogramIn = <N extends MetricName>(register: Registry, name: N) =>
  new Histogram<LabelOf<N>>({ ...described(register, name), buckets: SECONDS });

interface RequestCounter {
  /** Everything that is counted of an ended request. */
  count(record: RequestRecord, nameOf: NameOf): void;
  /** Lets go of the series of accounts that are not among these. */
  forget(names: ReadonlySet<string>): Promise<void>;
}

function requestCounter(register: Registry): RequestCounter {
  const requests = counterIn(register, 'requests_total');
  const duration = histogramIn(register, 'request_duration_seconds');
  const firstByte = histogramIn(register, 'time_to_first_byte_seconds');
  const attempts = counterIn(register, 'attempts_total');
  const retries = counterIn(register, 'retries_total');
  const waits = counterIn(register, 'waits_total');
  const billedTwice = counterIn(register, 'billed_twice_total');
  const tokens = counterIn(register, 'tokens_total');

  return {
    count(record, nameOf) {
      const route = routeOf(record.path);
      const model = familyOf(record.model);
      const last = record.attempts.at(-1);
      const account = last ? nameOf(last) : NO_ACCOUNT;
      requests.inc({ route, status: statusOf(record.status), account, model });
      for (const attempt of record.attempts) attempts.inc(labelsOf(attempt, nameOf));
      for (const { why } of record.attempts.slice(1)) retries.inc({ why });
      if (record.waited) waits.inc();
      if (mayBeBilledTwice(record)) billedTwice.inc();
      if (record.firstByteMs !== null) firstByte.observe({ route }, record.firstByteMs / 1000);
      duration.observe({ route }, record.durationMs / 1000);
      if (!record.usage) return;
      const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = record.usage;
      const kinds = {
        input: inputTokens,
        output: outputTokens,
        cache_read: cacheReadTokens,
        cache_creation: cacheCreationTokens,
      };
      for (const [kind, count] of Object.entries(kinds)) if (count > 0) tokens.inc({ kind, account, model }, count);
    },
    async forget(names) {
      for (const counter of [requests, attempts, tokens] as readonly Counter[])
        for (const { labels } of (await counter.get()).values) if (!names.has(String(labels['account']))) counter.remove(labels);
    },
  };
}

const labelsOf = (attempt: AttemptRecord, nameOf: NameOf) => ({
  row: attempt.row ?? 'none',
  outcome: outcomeOf(attempt),
  why: attempt.why,
  account: nameOf(attempt),
});

const outcomeOf = ({ status }: AttemptRecord): string =>
  status === null ? 'no_reply' : status >= 200 && status < 600 ? `${Math.floor(status / 100)}xx` : 'other';

const OPENNESS: Readonly<Record<CircuitState, number>> = { closed: 0, probing: 0.5, open: 1 };

/** Gauges that are read when somebody asks, so that nothing has to keep them up to date. */
function exposeState(register: Registry, sources: MetricsSources): void {
  const { accounts, inFlight, heldBytes, droppedLogLines, circuits } = sources;
  const gauge = <N extends MetricName>(name: N, collect: (gauge: Gauge<LabelOf<N>>) => void) =>
    new Gauge<LabelOf<N>>({
      ...described(register, name),
      collect() {
        this.reset();
        collect(this);
      },
    });
  gauge('build_info', (self) => self.set({ version: VERSION }, 1));
  gauge('requests_in_flight', (self) => self.set(inFlight()));
  gauge('buffered_bytes', (self) => self.set(heldBytes()));
  gauge('log_lines_dropped', (self) => self.set(droppedLogLines()));
  gauge('circuit_open', (self) => {
    for (const { circuit, state } of circuits()) self.set({ circuit }, OPENNESS[state]);
  });
  gauge('account_status', (self) => {
    for (const { name, status } of accounts())
      for (const state of STATES) self.set({ account: name, status: state }, status.state === state ? 1 : 0);
  });
  gauge('window_utilization', (self) => {
    for (const { name, windows } of accounts())
      for (const window of windows)
        if (window.utilization !== null) self.set({ account: name, window: window.name }, window.utilization);
  });
  gauge('window_reset_seconds', (self) => {
    for (const { name, windows } of accounts())
      for (const window of windows)
        if (window.resetAt !== null) self.set({ account: name, window: window.name }, window.resetAt / 1000);
  });
}
