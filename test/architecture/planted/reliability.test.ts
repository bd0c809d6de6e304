/** The page of reliability cannot promise what no test shows: cases without a row, tests that do not exist and empty excuses are found. */
import assert from 'node:assert/strict';
import { catalogue, reliabilityCheck, reliabilityViolations } from '../../../tools/checks/check-reliability.ts';
import { plantTree } from './planted-tree.ts';

const PAGE = 'docs/reliability.md';
const SUITE = 'test/unit/stream.test.ts';
const [FIRST = '', SECOND = '', ...OTHERS] = catalogue;

const suite = `
import { cases } from './stream-cases.ts';
import { shared } from './shared.ts';

describe('a stream', () => {
  it('is cut', () => {});
  it(\`has "quotes" and a | bar\`, () => {});
  for (const how of ['with a reset', 'in silence']) it(\`breaks \${how} after \${1 + 1} events\`, () => {});
  for (const [what] of Object.entries(cases)) it(what, () => {});
  describe('of a client', () => {
    it('is paused', () => {});
  });
});

describe('another', () => {
  it('is cut, too', () => {});
  const unused = 'no title at all';
});

shared();
`;
const tree: Readonly<Record<string, string>> = {
  [SUITE]: suite,
  'test/unit/stream-cases.ts': `export const cases = { 'comes as a table': 1, never: 2 };\n`,
  'test/unit/shared.ts': `export const shared = () => describe('shared', () => { it('is everybody’s', () => {}); });\n`,
};

const row = (id: string, promise: string, shownBy: string): string => `| ${id} | ${promise} | ${shownBy} |`;
const quoting = (...titles: readonly string[]): string =>
  titles.map((title) => `\`${SUITE}\` › ${title.replaceAll('|', '\\|')}`).join('<br>');
/** A page with a row for every case, of which the first are these. */
const pageWith = (...rows: readonly string[]): string =>
  [
    '# Reliability',
    '| id | what must hold | shown by |',
    '| --- | --- | --- |',
    ...rows,
    ...[FIRST, SECOND, ...OTHERS].slice(rows.length).map((id) => row(id, 'It holds.', quoting('"a stream"'))),
  ].join('\n');

/** What is found about a page, beside the files above. */
function violationsOf(page: string): string[] {
  const planted = plantTree({ ...tree, [PAGE]: page });
  try {
    return reliabilityViolations(planted.root).map(({ rule, where, message }) => `${rule} ${where} ${message}`);
  } finally {
    planted.remove();
  }
}

/** What is found when the first row is shown by this. */
const violationsWhenShownBy = (shownBy: string): string[] => violationsOf(pageWith(row(FIRST, 'It holds.', shownBy)));

describe('the reliability check', () => {
  it('finds nothing in a page where every case has its test', () => assert.deepEqual(violationsOf(pageWith()), []));

  for (const title of [
    '"a stream"',
    '"is cut"',
    '"a stream" › "is cut"',
    '"a stream" › "of a client" › "is paused"',
    '"a stream" › "is paused"',
    '"has "quotes" and a | bar"',
    '"breaks with a reset after … events"',
    '"breaks … after … events"',
    '"a stream" › "comes as a table"',
    '"never"',
    '"shared" › "is everybody’s"',
  ]) {
    it(`takes for a test: ${title}`, () => assert.deepEqual(violationsWhenShownBy(quoting(title)), []));
  }

  for (const title of [
    '"is"',
    '"is cut "',
    '"another" › "is cut"',
    '"of a client" › "a stream"',
    '"breaks by itself after … events"',
    '"breaks with a reset"',
    '"comes as another table"',
    '"…"',
    '"is everybody’s" › "shared"',
  ]) {
    it(`catches what is no test: ${title}`, () => {
      assert.deepEqual(violationsWhenShownBy(quoting('"is cut"', title)), [
        `tests-exist ${PAGE}:4 ${FIRST} names ${title}, which is no title in ${SUITE}`,
      ]);
    });
  }

  it('catches a test file that does not exist', () => {
    assert.deepEqual(violationsWhenShownBy('`test/unit/gone.test.ts` › "is cut"'), [
      `tests-exist ${PAGE}:4 ${FIRST} names test/unit/gone.test.ts, which does not exist`,
    ]);
  });

  const faults: Readonly<Record<string, readonly [page: string, found: RegExp]>> = {
    'a case without a row': [pageWith().split('\n').slice(0, -1).join('\n'), /^every-case-has-a-row .* has no row$/],
    'a case with two rows': [
      pageWith(row(FIRST, 'It holds.', quoting('"is cut"')), row(FIRST, 'It holds.', quoting('"is cut"'))),
      new RegExp(`^every-case-has-a-row ${PAGE}:5 ${FIRST} has a row already$`, 'm'),
    ],
    'a row without a case': [
      `${pageWith()}\n${row('Q-77', 'It holds.', quoting('"is cut"'))}`,
      /^every-case-has-a-row .*:\d+ Q-77 is no case of the catalogue$/,
    ],
    'a row without a sentence': [
      pageWith(row(FIRST, '', quoting('"is cut"'))),
      /^rows-are-whole .* does not say what must hold$/,
    ],
    'a row that nothing shows': [pageWith(row(FIRST, 'It holds.', '')), /^rows-are-whole .* is shown by "", which is neither/],
    'a row that only words show': [
      pageWith(row(FIRST, 'It holds.', 'see the tests')),
      /^rows-are-whole .* is shown by "see the tests"/,
    ],
    'a test without a title': [pageWith(row(FIRST, 'It holds.', `\`${SUITE}\``)), /^rows-are-whole .* is shown by/],
    'a file that holds no tests': [
      pageWith(row(FIRST, 'It holds.', '`test/unit/shared.ts` › "shared"')),
      /^rows-are-whole .* is shown by/,
    ],
    'a row with a cell too few': [pageWith(`| ${FIRST} | It holds. |`), /^rows-are-whole .* is not of the form/m],
    'a case that is not applicable for no reason': [
      pageWith(row(FIRST, 'It holds.', 'not applicable')),
      /^rows-are-whole .* does not say why it is not applicable$/,
    ],
    'a case that is not applicable for hardly a reason': [
      pageWith(row(FIRST, 'It holds.', 'not applicable: later')),
      /^rows-are-whole .* does not say why it is not applicable$/,
    ],
    'that the page is gone': ['', /^every-case-has-a-row .* has no row$/m],
  };
  for (const [fault, [page, found]] of Object.entries(faults)) {
    it(`catches ${fault}`, () => assert.match(violationsOf(page).join('\n'), found));
  }

  it('takes a reason for a case that is not applicable', () =>
    assert.deepEqual(violationsWhenShownBy('not applicable: there is only one process'), []));

  it('fails where there is no page', async () => {
    const planted = plantTree(tree);
    try {
      assert.equal((await reliabilityCheck.run(planted.root)).ok, false);
    } finally {
      planted.remove();
    }
  });
});
