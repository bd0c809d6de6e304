/** The tables of docs/simulator.md: the faults from their catalogue, the drills from their files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDrill } from '../../src/simulator/drills/read-drill.ts';
import {
  type DescribedFault,
  type DescribedParameter,
  describedFaults,
  describedTokenFaults,
} from '../../src/simulator/faults/describe-faults.ts';
import { betweenMarkers, cell, type Document } from './document.ts';

const DRILLS = 'docs/drills';

export const simulatorDocuments: readonly Document[] = [
  {
    file: 'docs/simulator.md',
    render: (current) =>
      [
        ['faults', faultTable()],
        ['token-faults', tokenFaultTable()],
        ['drills', drillTable()],
      ].reduce((text, [name = '', content = '']) => betweenMarkers(text, name, content), current),
  },
];

const table = (header: string, rows: readonly string[]): string =>
  ['', header, header.replaceAll(/[^|]+/g, '---'), ...rows, ''].join('\n');

function faultTable(): string {
  return table(
    '| fault | row | what happens | parameters |',
    describedFaults().map(
      ({ kind, rows, tells, parameters }) =>
        `| \`${kind}\` | ${rows.join(', ') || 'any'} | ${cell(tells)} | ${parameters.map(written).join('<br>') || '–'} |`,
    ),
  );
}

function written({ name, default: value, choices, meaning }: DescribedParameter): string {
  const assigned = value === null || value === '' ? `\`${name}\`` : `\`${name}: ${value.replaceAll('|', '\\|')}\``;
  const about = [
    ...(value === null ? ['required'] : []),
    ...(choices.length > 0 ? [`one of ${choices.map((choice) => `\`${choice}\``).join(', ')}`] : []),
    ...(meaning === '' ? [] : [cell(meaning)]),
  ];
  return about.length === 0 ? assigned : `${assigned}: ${about.join('; ')}`;
}

const tokenFaultTable = (): string =>
  table(
    '| fault of the token endpoint | what happens |',
    describedTokenFaults().map(({ kind, tells }: Pick<DescribedFault, 'kind' | 'tells'>) => `| \`${kind}\` | ${cell(tells)} |`),
  );

/** @throws Error for a file that cannot be played, or has no title */
function drillTable(): string {
  const root = join(import.meta.dirname, '../..');
  const files = readdirSync(join(root, DRILLS)).filter((file) => file.endsWith('.yaml'));
  return table(
    '| file | what it shows |',
    files.toSorted().map((file) => {
      const reading = readDrill(readFileSync(join(root, DRILLS, file), 'utf8'));
      if (reading.kind === 'faulty') throw new Error(`${file}: ${reading.faults.join('; ')}`);
      if (reading.drill.title === undefined) throw new Error(`${file}: title: is missing`);
      return `| [${file}](drills/${file}) | ${cell(reading.drill.title)} |`;
    }),
  );
}
