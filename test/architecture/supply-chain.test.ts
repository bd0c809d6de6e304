/** What comes from elsewhere and what is given away, as far as the lock file and the package tell without a network. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
}

const { packages } = readJson('package-lock.json') as { packages: Readonly<Record<string, Locked>> };
const manifest = readJson('package.json') as { dependencies: Readonly<Record<string, string>>; engines: { node: string } };

/** What was installed under a name, wherever in the tree. */
const installed = (name: string): readonly string[] =>
  Object.entries(packages).flatMap(([path, { version }]) => (path.endsWith(`node_modules/${name}`) && version ? [version] : []));

const partsOf = (version: string): readonly number[] => version.split(/[.-]/).slice(0, 3).map(Number);
function isBelow(version: string, floor: string): boolean {
  const [ours, theirs] = [partsOf(version), partsOf(floor)];
  const at = ours.findIndex((part, index) => part !== theirs[index]);
  return at >= 0 && (ours[at] ?? 0) < (theirs[at] ?? 0);
}

/** The first version without a known hole, by advisory. */
const FLOORS: Readonly<Record<string, readonly [version: string, advisory: string]>> = {
  'body-parser': ['2.2.1', 'CVE-2025-13466'],
  braces: ['3.0.3', 'CVE-2024-4068'],
  cookie: ['0.7.0', 'CVE-2024-47764'],
  express: ['5.2.0', 'CVE-2024-51999'],
  'http-proxy-middleware': ['4.1.0', 'CVE-2026-55602'],
  micromatch: ['4.0.8', 'CVE-2024-4067'],
  'path-to-regexp': ['8.0.0', 'CVE-2024-45296'],
  qs: ['6.14.1', 'CVE-2025-15284'],
  send: ['0.19.0', 'CVE-2024-43799'],
};

const LICENCES = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0']);
const MAX_DIRECT = 20;

describe('what the program is made of', () => {
  it('has no version that is known to be vulnerable', () => {
    for (const [name, [floor, advisory]] of Object.entries(FLOORS)) {
      const versions = installed(name);
      assert.ok(versions.length > 0, `${name} is no longer used: remove it here`);
      for (const version of versions) assert.ok(!isBelow(version, floor), `${name} ${version}: ${advisory}`);
    }
  });

  it('would be found with an older one', () => {
    assert.deepEqual(
      [isBelow('8.4.2', '8.0.0'), isBelow('7.9.9', '8.0.0'), isBelow('4.0.9', '4.1.0'), isBelow('4.1.0', '4.1.0')],
      [false, true, true, false],
    );
  });

  it('has licences only that let it be used and passed on', () => {
    const others = Object.entries(packages)
      .filter(([path, { dev, link }]) => path.startsWith('node_modules/') && dev !== true && link !== true)
      .filter(([, { license }]) => !LICENCES.has(license ?? 'none'))
      .map(([path, { license }]) => `${path}: ${license}`);
    assert.deepEqual(others, []);
  });

  it('needs no more than a handful of packages by name', () => {
    assert.ok(Object.keys(manifest.dependencies).length <= MAX_DIRECT);
  });

  it('runs on no Node with a known hole in its server or in its comparisons', () => {
    assert.equal(manifest.engines.node, '^24.15.0 || >=26.0.0', 'CVE-2026-21710 and CVE-2026-21713 were closed in 24.14.1');
  });
});

describe('what is given away', function () {
  this.timeout(30_000);
  let files: readonly string[];
  before(() => {
    const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const packs = JSON.parse(told) as Record<string, { files: { path: string }[] }>;
    files = Object.values(packs)[0]?.files.map(({ path }) => path) ?? [];
  });

  it('holds the program', () => {
    for (const file of ['bin/headgate', 'package.json', 'config.example.yaml', 'LICENSE']) assert.ok(files.includes(file), file);
  });

  it('holds no tests, tools, settings of a machine, data or secrets', () => {
    const known =
      /^(bin\/headgate|dist\/.+\.(js|d\.ts|map)|frontend\/.+|config\.example\.yaml|package\.json|README\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter((file) => !known.test(file) || /(^|\/)\.|\.test\.|node_modules|(^|\/)admin-key$/.test(file)),
      [],
    );
  });
});
