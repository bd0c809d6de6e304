/** The tables of docs/metrics.md, from the catalogue that the registry is made from. */
import { labelMeanings, metricCatalogue } from '../../src/observability/metric-catalogue.ts';
import { betweenMarkers, cell, type Document } from './document.ts';

export const metricsDocuments: readonly Document[] = [
  {
    file: 'docs/metrics.md',
    render: (current) => betweenMarkers(betweenMarkers(current, 'metrics', metricTable()), 'labels', labelTable()),
  },
];

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
