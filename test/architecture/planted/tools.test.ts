/** The programs behind `make check` and `make test` catch what they are there for, with this project's own settings. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { allChecks } from '../../../tools/checks/all-checks.ts';
import { typeCoverageCheck } from '../../../tools/checks/check-type-coverage.ts';
import { toolChecks } from '../../../tools/checks/check-with-tools.ts';
import { type PlantedTree, plantTree, projectRoot } from './planted-tree.ts';

const SETTINGS = [
  'biome.jsonc',
  '.oxlintrc.json',
  'knip.json',
  'tools/checks/knip-production.json',
  'tsconfig.base.json',
  'src/tsconfig.json',
  'test/tsconfig.json',
];

const packages = (dependencies: Readonly<Record<string, string>>): string =>
  `${JSON.stringify({ name: 'planted', type: 'module', dependencies }, null, 2)}\n`;

const faultless: Readonly<Record<string, string>> = {
  'package.json': packages({ commander: '15.1.0' }),
  'tsconfig.json': '{ "files": [], "references": [{ "path": "./src" }, { "path": "./test" }] }\n',
  'src/cli.ts': `import { Command } from 'commander';\nimport { answer } from './answer.ts';\n\nnew Command(String(answer())).parse();\n`,
  'src/answer.ts': `export function answer(): number {\n  return 42;\n}\n`,
  'src/storage/memory/memory-record-store.ts': 'export const memory = new Map<string, string>();\n',
  'test/answer.test.ts': `import { answer } from '../src/answer.ts';\nimport { memory } from '../src/storage/memory/memory-record-store.ts';\n\nit('is kept', () => {\n  memory.set('answer', String(answer()));\n});\n`,
};

/** Lines enough for a function or a file to be too long. */
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const branches = lines(7, () => '  for (const x of xs) if (x > 0) for (const y of xs) if (y > x) sum += 1;');

interface PlantedFault {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  /** What the details say about each fault. */
  readonly says: readonly RegExp[];
}

/** Faults by the check that must find them. Those of one entry are planted together: starting a program costs most of its time. */
const faults: Readonly<Record<string, readonly PlantedFault[]>> = {
  'format and lint': [
    {
      what: 'a file that is not formatted, and one for each rule of our own',
      files: {
        'src/unformatted.ts': 'export const   a = "double quotes"\n',
        'src/unused.ts': `export function f(): number {\n  const unused = 1;\n  return 2;\n}\n`,
        'src/long-function.ts': `export function f(): void {\n${lines(61, (index) => `  f.name.at(${index});`)}\n}\n`,
        'src/long-file.ts': `${lines(401, (index) => `export const a${index} = ${index};`)}\n`,
        'src/complex.ts': `export function f(xs: number[]): number {\n  let sum = 0;\n${branches}\n  return sum;\n}\n`,
        'src/many-parameters.ts':
          'export const f = (a: number, b: number, c: number, d: number, e: number) => a + b + c + d + e;\n',
        'src/noisy.ts': `console.log('x');\n`,
        'src/default.ts': 'export default 1;\n',
        'src/barrel.ts': `export * from './answer.ts';\n`,
        'src/WrongName.ts': 'export const a = 1;\n',
        'src/no-extension.ts': `export { answer } from './answer';\n`,
        'test/skipped.test.ts': `it.skip('x', () => {});\n`,
        'test/focused.test.ts': `it.only('x', () => {});\n`,
      },
      says: [
        /^src\/unformatted\.ts format/m,
        /^src\/unused\.ts:2:9 lint\/correctness\/noUnusedVariables/m,
        /^src\/long-function\.ts:\d+:\d+ lint\/complexity\/noExcessiveLinesPerFunction/m,
        /^src\/long-file\.ts:\d+:\d+ lint\/style\/noExcessiveLinesPerFile/m,
        /^src\/complex\.ts:\d+:\d+ lint\/complexity\/noExcessiveCognitiveComplexity/m,
        /^src\/many-parameters\.ts:\d+:\d+ lint\/complexity\/useMaxParams/m,
        /^src\/noisy\.ts:\d+:\d+ lint\/suspicious\/noConsole/m,
        /^src\/default\.ts:\d+:\d+ lint\/style\/noDefaultExport/m,
        /^src\/barrel\.ts:\d+:\d+ lint\/performance\/noReExportAll/m,
        /^src\/WrongName\.ts(:\d+:\d+)? lint\/style\/useFilenamingConvention/m,
        /^src\/no-extension\.ts:\d+:\d+ lint\/correctness\/useImportExtensions/m,
        /^test\/skipped\.test\.ts:\d+:\d+ lint\/suspicious\/noSkippedTests/m,
        /^test\/focused\.test\.ts:\d+:\d+ lint\/suspicious\/noFocusedTests/m,
      ],
    },
  ],
  promises: [
    {
      what: 'promises that nobody waits for, and a switch that forgets a case',
      files: {
        'src/floating.ts': `const later = async (): Promise<number> => 1;\nlater();\n`,
        'src/misused.ts': `setTimeout(async () => {\n  await Promise.resolve();\n}, 1);\n`,
        'src/forgotten.ts': `export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}\n`,
      },
      says: [
        /no-floating-promises[\s\S]*?src\/floating\.ts:2/,
        /no-misused-promises[\s\S]*?src\/misused\.ts:1/,
        /switch-exhaustiveness-check[\s\S]*?src\/forgotten\.ts:2/,
      ],
    },
  ],
  types: [
    {
      what: 'a wrong type, an enum, an index that may be missing',
      files: {
        'src/wrong.ts': `export const count: number = 'many';\n`,
        'src/enumeration.ts': 'export enum Colour {\n  Red,\n}\n',
        'src/index-access.ts': 'export const first = (xs: number[]): number => xs[0];\n',
      },
      says: [
        /^src\/wrong\.ts\(1,14\): error TS2322/m,
        /^src\/enumeration\.ts\(1,13\): error TS1294/m,
        /^src\/index-access\.ts\(1,\d+\): error TS2322/m,
      ],
    },
  ],
  'types are checked': [
    {
      what: 'a file that no project includes',
      files: { 'scripts/stray.ts': 'export const a = 1;\n' },
      says: [/^scripts\/stray\.ts {2}is in no project/m],
    },
  ],
  'dead code': [
    {
      what: 'an unused export, file and dependency',
      files: {
        'src/answer.ts': `${faultless['src/answer.ts']}\nexport const unused = 1;\n`,
        'src/unreached.ts': 'export const unreached = 1;\n',
        'package.json': packages({ commander: '15.1.0', helmet: '8.3.0' }),
      },
      says: [/^unused +src\/answer\.ts:5/m, /^src\/unreached\.ts/m, /^helmet +package\.json/m],
    },
  ],
  'code that only tests use': [
    {
      what: 'an export that nothing but its own test imports',
      files: {
        'src/answer.ts': `${faultless['src/answer.ts']}\nexport const onlyTested = 1;\n`,
        'test/only.test.ts': `import { onlyTested } from '../src/answer.ts';\n\nit('is one', () => onlyTested);\n`,
      },
      says: [/^onlyTested +src\/answer\.ts:5/m],
    },
  ],
};

function checkNamed(name: string) {
  const found = allChecks.find((check) => check.name === name);
  assert.ok(found, `no check is called ${name}`);
  return found;
}

describe('the programs that check', () => {
  let tree: PlantedTree;
  beforeEach(() => {
    tree = plantTree(faultless, SETTINGS);
  });
  afterEach(() => tree.remove());

  for (const [name, planted] of Object.entries(faults)) {
    it(`find nothing in a faultless tree: ${name}`, async () => {
      const { ok, details } = await checkNamed(name).run(tree.root);
      assert.ok(ok, details.join('\n'));
    }).timeout(30_000);

    for (const { what, files, says } of planted) {
      it(`catch by ${name}: ${what}`, async () => {
        tree.plant(files);
        const { ok, details } = await checkNamed(name).run(tree.root);
        assert.equal(ok, false);
        for (const fault of says) assert.match(details.join('\n'), fault);
      }).timeout(30_000);
    }
  }

  it('fail when there is nothing to look at', async () => {
    const empty = plantTree({}, SETTINGS);
    try {
      const { ok } = await checkNamed('promises').run(empty.root);
      assert.equal(ok, false);
    } finally {
      empty.remove();
    }
  }).timeout(30_000);

  it('are all proven here', () => {
    const programs = [...toolChecks, typeCoverageCheck].map(({ name }) => name);
    assert.deepEqual(Object.keys(faults).sort(), programs.sort());
  });
});

describe('mocha, as this project sets it up', () => {
  const suites: readonly (readonly [what: string, suite: string, exitCode: number, output: RegExp])[] = [
    ['passes and closes with the count', `it('a', () => {});\nit('b', () => {});`, 0, /\n2 passed, 0 failed\n$/],
    ['counts a failing test', `it('a', () => {});\nit('b', () => { throw new Error('no'); });`, 1, /\n1 passed, 1 failed\n$/],
    ['fails on a skipped test', `it('a', () => {});\nit.skip('b', () => {});`, 1, /Pending test forbidden/],
    ['fails on a test without a body', `it('a', () => {});\nit('b');`, 1, /Pending test forbidden/],
    ['fails on an exclusive test', `it.only('a', () => {});\nit('b', () => {});`, 1, /`\.only` is not supported|\.only/],
    ['fails without a closing line when a file cannot be loaded', `import './missing.ts';`, 1, /^(?![\s\S]*\d+ passed)/],
  ];

  for (const [what, suite, exitCode, output] of suites) {
    it(what, () => {
      const tree = plantTree({ 'test/planted.test.ts': suite }, [
        '.mocharc.json',
        'package.json',
        'test/support/reporter.mjs',
        'test/support/dashboard-aliases.ts',
      ]);
      try {
        const mocha = join(projectRoot, 'node_modules/.bin/mocha');
        const { status, stdout } = spawnSync(mocha, ['test/**/*.test.ts'], { cwd: tree.root, encoding: 'utf8' });
        assert.deepEqual([Math.min(status ?? -1, 1), output.test(stdout) ? '' : stdout], [exitCode, '']);
      } finally {
        tree.remove();
      }
    }).timeout(30_000);
  }
});
