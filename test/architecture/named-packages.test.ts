/** The packages that this program is built on do their work where it is meant to be done: one that is no longer used turns its test red. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { packageOwners } from '../../tools/checks/architecture-rules.ts';
import { readImportGraph } from '../../tools/checks/import-graph.ts';
import { matches } from '../../tools/checks/tree.ts';

const root = join(import.meta.dirname, '../..');

const product: Readonly<Record<string, string>> = {
  express: 'serves',
  'http-proxy-middleware': 'carries every hop to the upstream',
  'openid-client': 'speaks OAuth',
  'node-cron': 'keeps the schedule',
  lowdb: 'keeps the records',
  zod: 'checks what comes in',
  winston: 'writes the log',
};

const tests: Readonly<Record<string, string>> = {
  supertest: 'asks over HTTP',
  mocha: 'runs the tests',
  'fast-check': 'looks for counterexamples',
  'oidc-provider': 'is the second token endpoint',
};

/** The modules of a folder that import the package for more than its types. */
function workersOf(name: string, folder: string): string[] {
  const { edges } = readImportGraph(root, [folder]);
  return edges.filter(({ packageName, typeOnly }) => packageName === name && !typeOnly).map(({ from }) => from);
}

describe('the packages that the program is built on', () => {
  for (const [name, work] of Object.entries(product)) {
    const owners = packageOwners[name] ?? [];
    it(`${name} ${work}, in ${owners.join(', ')}`, () => {
      const workers = workersOf(name, 'src').filter((file) => matches(file, owners));
      assert.notDeepEqual(workers, [], `nothing there imports ${name}`);
    });
  }

  for (const [name, work] of Object.entries(tests)) {
    it(`${name} ${work}`, () => assert.notDeepEqual(workersOf(name, 'test'), [], `no test imports ${name}`));
  }
});
