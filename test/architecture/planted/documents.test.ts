/** Faults of the documents are found: decisions numbered twice, links that lead nowhere, dependencies without a reason. */
import assert from 'node:assert/strict';
import { documentViolations } from '../../../tools/checks/check-documents.ts';
import { plantTree } from './planted-tree.ts';

const healthy: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ dependencies: { express: '5.3.0' }, devDependencies: { mocha: '12.0.3' } }),
  'README.md': [
    '# Title',
    'See [the map](docs/map.md#the-two-halves), [below](#more-of-it), [a site](https://example.com/x.md) and `[no link](nowhere.md)`.',
    '```md',
    '[no link either](nowhere.md)',
    '```',
    '## More of it',
    '[named]: docs/map.md',
  ].join('\n'),
  'docs/map.md': '# The map\n\n## The `two` halves!\n\n[back](../README.md), [a folder](decisions/)\n',
  'docs/decisions/001-folders-by-job.md': '# Folders by job\n',
  'docs/decisions/002-four-states.md': '# Four states\n',
  'docs/decisions/template.md': '# Title\n',
  'docs/dependencies.md': '| package | why |\n| --- | --- |\n| `express` | serves |\n| `mocha` | tests |\n',
};

/** What is found in a faultless tree with these files added or replaced. */
function violationsWith(files: Readonly<Record<string, string>>): string[] {
  const tree = plantTree({ ...healthy, ...files });
  try {
    return documentViolations(tree.root).map(({ rule, where, message }) => `${rule} ${where} ${message}`);
  } finally {
    tree.remove();
  }
}

describe('the documents check', () => {
  it('finds nothing in faultless documents', () => assert.deepEqual(violationsWith({}), []));

  it('catches two decisions of one number', () => {
    const found = violationsWith({ 'docs/decisions/002-another.md': '# Another\n' });
    assert.deepEqual(found, [
      'decision-numbers docs/decisions/002-another.md has the number of 002-four-states.md: take the next free one',
      'decision-numbers docs/decisions/002-four-states.md has the number of 002-another.md: take the next free one',
    ]);
  });

  for (const name of ['3-short.md', '003.md', '003-Title.md', '003_title.md', 'notes.md']) {
    it(`catches a decision that is not named NNN-title.md: ${name}`, () => {
      const found = violationsWith({ [`docs/decisions/${name}`]: '# A decision\n' });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', /^decision-names /);
    });
  }

  const brokenLinks: Readonly<Record<string, RegExp>> = {
    '[x](docs/nowhere.md)': /^links-lead-somewhere NOTES\.md:3 leads to docs\/nowhere\.md, which does not exist$/,
    '[x](docs/map.md#no-such-heading)': /leads to #no-such-heading, a heading that docs\/map\.md does not have$/,
    '[x](#no-such-heading)': /leads to #no-such-heading/,
    '[x]: nowhere.md': /leads to nowhere\.md/,
    '![a picture](docs/nowhere.png "title")': /leads to docs\/nowhere\.png/,
  };
  for (const [link, expected] of Object.entries(brokenLinks)) {
    it(`catches a link that leads nowhere: ${link}`, () => {
      const found = violationsWith({ 'NOTES.md': `# Notes\n\n${link}\n` });
      assert.equal(found.length, 1);
      assert.match(found[0] ?? '', expected);
    });
  }

  const tables: Readonly<Record<string, readonly [rows: string, message: string]>> = {
    'a dependency without a row': ['| `express` | serves |\n', 'mocha has no row that says why it is there'],
    'a row without a dependency': [
      '| `express` | serves |\n| `mocha` | tests |\n| `x` | y |\n',
      'x is in no package.json: remove its row',
    ],
    'a row without a reason': ['| `express` | |\n| `mocha` | tests |\n', 'express has no reason'],
    'two rows for one dependency': ['| `express` | a |\n| `express` | b |\n| `mocha` | tests |\n', 'express has two rows'],
  };
  for (const [fault, [rows, message]] of Object.entries(tables)) {
    it(`catches ${fault}`, () => {
      const found = violationsWith({ 'docs/dependencies.md': rows });
      assert.deepEqual(found, [`dependencies-have-reasons docs/dependencies.md ${message}`]);
    });
  }

  it('catches that the list of dependencies is gone', () => {
    assert.equal(violationsWith({ 'docs/dependencies.md': '# Dependencies\n' }).length, 2);
  });
});
