/** Words and shapes that must not be in a file are found wherever they stand. They are put together here, so as not to be in this file. */
import assert from 'node:assert/strict';
import { textCheck, textViolations } from '../../../tools/checks/check-text.ts';
import { plantTree } from './planted-tree.ts';

const breaches: readonly (readonly [rule: string, text: string])[] = [
  ['no-machine-paths', ['see /wo', 'rk/somewhere/README.md'].join('')],
  ['no-machine-paths', ['cd "/ro', 'ot/.config"'].join('')],
  ['no-registry-hosts', ['https://regi', 'stry.npmjs.org/express'].join('')],
  ['no-registry-hosts', ['deb http://deb.deb', 'ian.org/debian stable main'].join('')],
  ['no-unfinished-work', ['// TO', 'DO: later'].join('')],
  ['no-unfinished-work', ['# FIX', 'ME'].join('')],
  ['no-secrets', `token: sk-ant-oat${'01-'.padEnd(40, 'a')}`],
  ['no-secrets', `token: sk-ant-ort${'01-'.padEnd(40, 'B')}`],
  ['no-secrets', `key: sk-ant-api${'03-'.padEnd(60, '_')}`],
];

function violationsIn(text: string, file = 'docs/planted.md') {
  const tree = plantTree({ [file]: text });
  try {
    return textViolations(tree.root);
  } finally {
    tree.remove();
  }
}

describe('the text rules', () => {
  for (const [rule, text] of breaches) {
    it(`catch by ${rule}: ${text.slice(0, 24)}…`, () => {
      const found = violationsIn(`first line\n${text}\n`).map((violation) => `${violation.rule} ${violation.where}`);
      assert.deepEqual(found, [`${rule} docs/planted.md:2`]);
    });
  }

  it('look into files of every kind, hidden ones too', () => {
    for (const file of ['.ci/run', 'src/x.ts', 'Makefile', '.npmrc', 'frontend/x.html']) {
      assert.equal(violationsIn(breaches[4]?.[1] ?? '', file).length, 1, file);
    }
  });

  it('leave alone what only resembles them', () => {
    const harmless = [
      'homework/route',
      'src/network/rooted',
      'sk-ant-oat01-short',
      'mastodon',
      '/workspace/x',
      './work/x',
      'the registry of accounts',
    ];
    assert.deepEqual(violationsIn(harmless.join('\n')), []);
  });

  it('do not repeat a secret in the output', () => {
    const secret = breaches.at(-1)?.[1] ?? '';
    assert.ok(!JSON.stringify(violationsIn(secret)).includes(secret.slice(5)));
  });

  it('fail when there is no file to look at', async () => {
    const empty = plantTree({});
    try {
      assert.equal((await textCheck.run(empty.root)).ok, false);
    } finally {
      empty.remove();
    }
  });
});
