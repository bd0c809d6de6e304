/** `docs/reliability.md`: each case of the catalogue has one row, which names tests that exist, or says why the case does not apply. */
import { type Check, resultOf, type Violation } from './check.ts';
import { hasTitle, readTestTitles, type TestTitles } from './test-titles.ts';
import { exists, readText } from './tree.ts';

const PAGE = 'docs/reliability.md';

/** The groups of the catalogue: the first id of each, and how many cases it has. A new case gets the next number of its group. */
const groups: readonly (readonly [first: string, count: number])[] = [
  ['I01', 40],
  ['U-01', 30],
  ['S-01', 15],
  ['T-01', 28],
  ['P-01', 22],
  ['C-01', 13],
  ['L-01', 18],
  ['F1', 16],
  ['O-01', 13],
  ['G-01', 18],
  ['N-01', 15],
  ['Z-01', 12],
  ['H-01', 26],
  ['D-01', 17],
  ['M-01', 17],
  ['X-01', 14],
  ['V-01', 12],
];

/** Every id, in the order of the groups. */
export const catalogue: readonly string[] = groups.flatMap(([first, count]) => {
  const [, prefix = '', digits = ''] = /^(\D+)(\d+)$/.exec(first) ?? [];
  return Array.from({ length: count }, (_, index) => prefix + String(index + 1).padStart(digits.length, '0'));
});

export const reliabilityCheck: Check = {
  name: 'reliability',
  run: (root) => {
    const rows = readRows(root);
    return resultOf(reliabilityViolations(root, rows), { count: rows.length, what: 'cases' });
  },
};

interface Row {
  readonly id: string;
  readonly promise: string;
  readonly shownBy: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A row of a table that begins with an id: `| U-01 | what must hold | shown by |`. Cells hold `\|` for a bar. */
const ROW = /^\| *([A-Z]-?\d+) *\|((?:\\.|[^|\\])*)\|((?:\\.|[^|\\])*)\| *$/;
const MEANT_AS_ROW = /^\| *\**[A-Z]-?\d+\b/;

function readRows(root: string): Row[] {
  const lines = exists(root, PAGE) ? readText(root, PAGE).split('\n') : [];
  return lines.flatMap((text, index) => {
    if (!MEANT_AS_ROW.test(text)) return [];
    const [, id = '', promise = '', shownBy = ''] = ROW.exec(text) ?? [];
    return [{ id, promise: promise.trim(), shownBy: shownBy.trim().replaceAll('\\|', '|'), line: index + 1 }];
  });
}

/** Every fault of the page at `root`: of its ids, of its sentences, of the tests it names. */
export function reliabilityViolations(root: string, rows: readonly Row[] = readRows(root)): Violation[] {
  return [...idViolations(rows), ...rows.flatMap(rowViolations), ...testViolations(root, rows)];
}

function idViolations(rows: readonly Row[]): Violation[] {
  const missing = catalogue.filter((id) => !rows.some((row) => row.id === id));
  const strange = rows.filter(({ id }) => id !== '' && !catalogue.includes(id));
  const repeated = rows.filter(({ id }, index) => rows.findIndex((row) => row.id === id) !== index && id !== '');
  return [
    ...missing.map((id) => ({ rule: 'every-case-has-a-row', where: PAGE, message: `${id} has no row` })),
    ...strange.map((row) => at(row, 'every-case-has-a-row', `${row.id} is no case of the catalogue`)),
    ...repeated.map((row) => at(row, 'every-case-has-a-row', `${row.id} has a row already`)),
  ];
}

const at = ({ line }: Row, rule: string, message: string): Violation => ({ rule, where: `${PAGE}:${line}`, message });

const NOT_APPLICABLE = /^not applicable\b/i;
/** A reason has a few words at least. */
const REASON = /^not applicable: (\S+ ){3,}\S+/;
const CITATION = /^`(test\/[^`]+\.test\.ts)` › "(.+)"$/;

function rowViolations(row: Row): Violation[] {
  const { id, promise, shownBy } = row;
  if (id === '') return [at(row, 'rows-are-whole', 'is not of the form "| id | what must hold | shown by |"')];
  if (promise === '') return [at(row, 'rows-are-whole', `${id} does not say what must hold`)];
  if (NOT_APPLICABLE.test(shownBy))
    return REASON.test(shownBy) ? [] : [at(row, 'rows-are-whole', `${id} does not say why it is not applicable`)];
  return shownBy
    .split('<br>')
    .filter((one) => !CITATION.test(one.trim()))
    .map((one) =>
      at(row, 'rows-are-whole', `${id} is shown by "${one.trim()}", which is neither \`test/….test.ts\` › "title" nor a reason`),
    );
}

function testViolations(root: string, rows: readonly Row[]): Violation[] {
  const known = new Map<string, TestTitles>();
  const titlesOf = (file: string): TestTitles => {
    const titles = known.get(file) ?? readTestTitles(root, file);
    known.set(file, titles);
    return titles;
  };
  return rows.flatMap((row) =>
    row.shownBy.split('<br>').flatMap((one) => {
      const [, file, quoted] = CITATION.exec(one.trim()) ?? [];
      if (file === undefined || quoted === undefined) return [];
      if (!exists(root, file)) return [at(row, 'tests-exist', `${row.id} names ${file}, which does not exist`)];
      if (hasTitle(titlesOf(file), quoted.split('" › "'))) return [];
      return [at(row, 'tests-exist', `${row.id} names "${quoted}", which is no title in ${file}`)];
    }),
  );
}
