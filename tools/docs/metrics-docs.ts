/** The tables of docs/metrics.md, from the catalogue that the registry is made from. */
import { type LabelOf, type MetricName, metricCatalogue } from '../../src/observability/metric-catalogue.ts';
import { betweenMarkers, cell, type Document } from './document.ts';

export const metricsDocuments: readonly Document[] = [
  {
    file: 'docs/metrics.md',
    render: (current) => betweenMarkers(betweenMarkers(current, 'metrics', metricTable()), 'labels', labelTable()),
  },
];

/** What each label can say, for readers of the documentation. */
const labelMeanings: Readonly<Record<LabelOf<MetricName>, string>> = {
  route: '`/v1/messages`, `/v1/messages/count_tokens`, `/v1/models`, `other`',
  status:
    'the status that the client saw (499 when it left first); `other` for one that nobody knows. Of accounts `active`, `inactive`, `rate_limited`, `invalid`',
  account: 'the name of an account of the pool; `none` where no account was asked; `removed`',
  model: '`opus`, `sonnet`, `haiku`, `other`; `none` for requests without a model',
  row: 'the row of the reply table, 1 to 19; `none` when the client left first',
  outcome: 'of attempts `2xx`, `3xx`, `4xx`, `5xx`, `other`, `no_reply`; of refreshes `refreshed`, `rejected`, `failed`',
  why: '`rotation`, `affinity`, `failover`, `retry`, `renewed`, `owner`',
  kind: '`input`, `output`, `cache_read`, `cache_creation`',
  window: 'at most twelve for an account, as the upstream names them: `5h`, `7d`, `7d_opus`, …',
  circuit: '`connections`, the model families, `other`, `none`',
  version: 'the version',
};

const code = (text: string): string => `\`${text}\``;

const metricTable = (): string =>
  table(
    '| metric | kind | labels | what it says |',
    Object.entries(metricCatalogue).map(
      ([name, { kind, labels, help }]) =>
        `| ${code(`headgate_${name}`)} | ${kind} | ${labels.map(code).join(', ') || '–'} | ${cell(help)} |`,
    ),
  );

const labelTable = (): string =>
  table(
    '| label | values |',
    Object.entries(labelMeanings).map(([label, meaning]) => `| ${code(label)} | ${cell(meaning)} |`),
  );

const table = (header: string, rows: readonly string[]): string =>
  ['', header, header.replaceAll(/[^|]+/g, '---'), ...rows, ''].join('\n');
