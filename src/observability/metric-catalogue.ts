/** Every metric of our own, as data: the registry and docs/metrics.md are both made from it. Labels come from short lists, so that their number is bounded. */

interface Described {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** By name, without the prefix `headgate_`. */
export const metricCatalogue = {
  requests_total: {
    kind: 'counter',
    help: 'Requests by route, status, account that answered and model family.',
    labels: ['route', 'status', 'account', 'model'],
  },
  request_duration_seconds: {
    kind: 'histogram',
    help: 'From the request to the end of its answer.',
    labels: ['route'],
  },
  time_to_first_byte_seconds: {
    kind: 'histogram',
    help: 'From the request to the first byte of its answer.',
    labels: ['route'],
  },
  requests_in_flight: { kind: 'gauge', help: 'Requests that have not ended.', labels: [] },
  attempts_total: {
    kind: 'counter',
    help: 'Attempts upstream by the row that judged them, by how they ended and by why the account was chosen.',
    labels: ['row', 'outcome', 'why', 'account'],
  },
  retries_total: { kind: 'counter', help: 'Attempts after the first one of their request, by their reason.', labels: ['why'] },
  waits_total: { kind: 'counter', help: 'Requests that waited for an account to come free.', labels: [] },
  billed_twice_total: {
    kind: 'counter',
    help: 'Requests that were sent again although the first time may have been billed.',
    labels: [],
  },
  tokens_total: { kind: 'counter', help: 'Tokens as the upstream counted them.', labels: ['kind', 'account', 'model'] },
  account_status: { kind: 'gauge', help: 'One for the status that the account has.', labels: ['account', 'status'] },
  window_utilization: {
    kind: 'gauge',
    help: 'Share used of a quota window, as last reported.',
    labels: ['account', 'window'],
  },
  window_reset_seconds: {
    kind: 'gauge',
    help: 'When a quota window resets, in Unix seconds.',
    labels: ['account', 'window'],
  },
  refreshes_total: { kind: 'counter', help: 'Token refreshes by outcome.', labels: ['outcome'] },
  circuit_open: {
    kind: 'gauge',
    help: 'One while requests are refused to spare the upstream, a half while a probe decides.',
    labels: ['circuit'],
  },
  buffered_bytes: { kind: 'gauge', help: 'Bytes of request bodies held for replay.', labels: [] },
  failed_keys_total: { kind: 'counter', help: 'Requests with a missing or unknown API key.', labels: [] },
  log_lines_dropped: {
    kind: 'gauge',
    help: 'Log lines that were not written because nobody read the ones before.',
    labels: [],
  },
  build_info: { kind: 'gauge', help: 'The running version.', labels: ['version'] },
} as const satisfies Readonly<Record<string, Described>>;

export type MetricName = keyof typeof metricCatalogue;
export type LabelOf<N extends MetricName> = (typeof metricCatalogue)[N]['labels'][number];
