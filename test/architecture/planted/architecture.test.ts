/** Every architecture rule catches what it forbids: each breach is planted alone into a tree that keeps all rules. */
import assert from 'node:assert/strict';
import { importRules, packageOwners } from '../../../tools/checks/architecture-rules.ts';
import { architectureCheck, architectureViolations } from '../../../tools/checks/check-architecture.ts';
import { breaches, healthyTree } from './architecture-cases.ts';
import { type PlantedTree, plantTree } from './planted-tree.ts';

describe('the architecture rules', () => {
  let tree: PlantedTree;
  beforeEach(() => {
    tree = plantTree(healthyTree);
  });
  afterEach(() => tree.remove());

  /** What is wrong with the tree, less that nothing imports the planted file. */
  const found = (planted?: string) =>
    architectureViolations(tree.root)
      .filter(({ rule, where }) => planted === undefined || rule !== 'no-orphans' || where !== planted)
      .map(({ rule, where }) => `${rule} ${where.replace(/:\d+$/, '')}`);

  it('find nothing in a tree that keeps them', () => assert.deepEqual(found(), []));

  for (const { rule, what, file, text } of breaches) {
    it(`catch by ${rule}: ${what}`, () => {
      tree.plant({ [file]: text });
      const expected = `${rule} ${file}`;
      assert.deepEqual([...new Set(found(rule === 'no-orphans' ? undefined : file))], [expected]);
    });
  }

  it('catch by no-cycles a circle through three files, one of its imports for types only', () => {
    tree.plant({
      'src/accounts/pool.ts': `import '../accounts/a.ts';\nexport const pool = [];\n`,
      'src/accounts/a.ts': `import type { B } from './b.ts';\nexport type A = B;\n`,
      'src/accounts/b.ts': `import { pool } from './pool.ts';\nexport type B = typeof pool;\n`,
    });
    const [cycle, ...others] = architectureViolations(tree.root).filter(({ rule }) => rule === 'no-cycles');
    assert.deepEqual(others, []);
    assert.match(
      cycle?.message ?? '',
      /src\/accounts\/a\.ts → src\/accounts\/b\.ts → src\/accounts\/pool\.ts → src\/accounts\/a\.ts/,
    );
  });

  it('are each proven by a planted breach, and so is the owner of each package', () => {
    const proven = new Set(breaches.flatMap(({ rule, text }) => [rule, ...(rule === 'one-owner-per-package' ? [text] : [])]));
    const wanted = [...importRules.map(({ name }) => name), ...Object.keys(packageOwners).map((name) => `import '${name}';\n`)];
    assert.deepEqual(
      wanted.filter((name) => !proven.has(name)),
      [],
    );
  });

  it('say in one line of make check where the breach is, at which line, and what cures it', async () => {
    tree.plant({ 'src/core/time.ts': `export const at = 0;\nexport const now = Date.now();\n` });
    const { ok, details } = await architectureCheck.run(tree.root);
    assert.deepEqual(
      [ok, details],
      [false, ['src/core/time.ts:2  uses Date.now: time, chance and effects are arguments in core  [core-is-pure]']],
    );
  });

  it('fail when there is no product code to look at', async () => {
    const empty = plantTree({ 'package.json': '{}' });
    try {
      assert.deepEqual(await architectureCheck.run(empty.root), {
        ok: false,
        summary: 'found no modules to look at',
        details: [],
      });
    } finally {
      empty.remove();
    }
  });
});
