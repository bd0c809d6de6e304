/** The documentation of the configuration, rendered from the schema: the example file and the tables in the manual and the README. */
import { variableOf } from '../../src/config/environment-layer.ts';
import { type KnownKey, knownKeys, sectionNames } from '../../src/config/schema.ts';
import type { WrittenValue } from '../../src/config/setting.ts';
import { betweenMarkers, cell, type Document } from './document.ts';

export const configDocuments: readonly Document[] = [
  { file: 'config.example.yaml', render: () => exampleFile() },
  { file: 'docs/configuration.md', render: (current) => betweenMarkers(current, 'config', manualTables()) },
  { file: 'README.md', render: (current) => betweenMarkers(current, 'config', readmeTable()) },
];

const HEADER = `# Headgate's configuration: every key with its default, what may stand there, and why one would change it.
#
# Nothing has to be set. Copy this file to config.yaml; a line such as "#port: 4000" is a key with its default:
# take the # away and change the value. Every key can also be set in the environment: server.port is SERVER__PORT.
# A * marks keys that cannot be changed at run time. More: docs/configuration.md
#
# Made from the schema by \`node tools/docs/generate.ts\`; do not edit by hand.
`;

/** The text of config.example.yaml. With each "#key" line uncommented it says exactly the defaults. */
function exampleFile(): string {
  const parts = sectionNames.map((section) => `${section}:\n${keysOf(section).map(exampleKey).join('\n')}`);
  return `${HEADER}\n${parts.join('\n')}`;
}

function exampleKey({ key, setting }: KnownKey): string {
  const star = setting.fixedAtStart ? ' *' : '';
  const without = setting.defaultMeaning === undefined ? '' : ` Without it: ${setting.defaultMeaning}.`;
  const prose = [`${setting.meaning}${star}`, `Allowed: ${setting.allowed}.${without}`, `Change: ${setting.why}`];
  const comment = prose.flatMap((paragraph) => wrap(paragraph, 116)).map((line) => `  # ${line}`);
  return [...comment, `  #${key}: ${yamlValue(setting.default)}`, ''].join('\n');
}

/** All keys, a table per section, for docs/configuration.md. */
function manualTables(): string {
  const tables = sectionNames.map((section) => {
    const rows = keysOf(section).map(({ path, setting }) => {
      const change = `${cell(setting.meaning)}<br>${cell(setting.why)}`;
      return `| \`${path}\`${marks(setting)}<br>\`${variableOf(path)}\` | ${defaultCell(setting)} | ${cell(setting.allowed)} | ${change} |`;
    });
    return [
      `### ${section}`,
      '',
      '| key and variable | default | allowed | meaning, and why to change it |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `\n${tables.join('\n\n')}\n`;
}

/** All keys in short form, for the README. */
function readmeTable(): string {
  const rows = [...knownKeys.values()].map(({ path, setting }) => {
    return `| \`${path}\`${setting.fixedAtStart ? ' \\*' : ''} | ${defaultCell(setting)} | ${cell(setting.meaning)} |`;
  });
  return ['', '| key | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}

const keysOf = (section: string) => [...knownKeys.values()].filter((known) => known.section === section);

const marks = ({ fixedAtStart, atRunTime }: KnownKey['setting']) => `${fixedAtStart ? ' \\*' : ''}${atRunTime ? ' †' : ''}`;

const defaultCell = ({ default: value, defaultMeaning }: KnownKey['setting']) =>
  value === null ? `– (${cell(defaultMeaning ?? 'not set')})` : `\`${Array.isArray(value) ? '[]' : String(value)}\``;

function yamlValue(value: WrittenValue): string {
  return typeof value === 'string' && /^[\w./:-]+$/.test(value) ? value : JSON.stringify(value);
}

/** Breaks `text` between words into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
