/** A tree that keeps every architecture rule, and for each rule the files that break it and nothing else. */
import { impureNames, packageOwners } from '../../../tools/checks/architecture-rules.ts';

export const healthyTree: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ dependencies: Object.fromEntries(Object.keys(packageOwners).map((name) => [name, '1.0.0'])) }),
  'src/cli.ts': `import './cli/serve.ts';\nimport './cli/demo.ts';\nimport './cli/plan.ts';\n`,
  'src/cli/serve.ts': `import 'commander';\nimport '../main.ts';\n`,
  'src/cli/demo.ts': `import '../simulator/simulator.ts';\nimport '../app.ts';\n`,
  'src/cli/plan.ts': `import '../planning/plan.ts';\n`,
  'src/planning/plan.ts': `import '../core/time.ts';\n`,
  'src/main.ts': `import './app.ts';\nexport const home = process.env['HOME'];\n`,
  'src/app.ts': `import './admin/present.ts';\nimport './gateway/gateway.ts';\nimport './admin/router.ts';\nimport './storage/json/store.ts';\nimport './jobs/scheduler.ts';\n`,
  'src/admin/router.ts': `import 'express';\nexport { pool } from '../accounts/pool.ts';\n`,
  'src/gateway/gateway.ts': `import 'express';\nexport const { pool } = await import('../accounts/pool.ts');\n`,
  'src/accounts/pool.ts': `import type { Account } from '../core/account.ts';\nexport const pool: Account[] = [];\n`,
  'src/core/account.ts': `import { at } from './time.ts';\nexport interface Account { Date: string }\n// Date.now() and process.env are only words here.\nexport const same = (a: Account) => a.Date + at;\n`,
  'src/core/time.ts': `export const at = Date.parse('1970-01-01T00:00:00Z') + Math.max(0, 1);\n`,
  'src/jobs/scheduler.ts': `import 'node-cron';\nimport 'node:events';\n`,
  'src/simulator/simulator.ts': `import './books.ts';\n`,
  'src/simulator/books.ts': `import 'node:http';\n`,
  'src/storage/store.ts': 'export interface Store { list(): string[] }\n',
  'src/storage/json/store.ts': `import type { Store } from '../store.ts';\nimport 'lowdb';\nexport const store: Store = { list: () => [] };\n`,
  'src/contract/accounts.ts': `import 'zod';\n`,
  'src/admin/present.ts': `import '../contract/accounts.ts';\n`,
  'frontend/package.json': JSON.stringify({ dependencies: { react: '1.0.0' } }),
  'frontend/src/main.tsx': `import 'react';\nimport './app/app.tsx';\n`,
  'frontend/src/app/app.tsx': `export const page = () => import('@/features/keys/page.tsx');\nimport '@/features/accounts/page.tsx';\n`,
  'frontend/src/features/keys/page.tsx': `import '@/api/accounts.ts';\n`,
  'frontend/src/features/accounts/page.tsx': `import './table.tsx';\nimport '@/components/badge.tsx';\n`,
  'frontend/src/features/accounts/table.tsx': `import '@/lib/format.ts';\n`,
  'frontend/src/components/badge.tsx': `import '@/api/accounts.ts';\n`,
  'frontend/src/api/accounts.ts': `import '@contract/accounts.ts';\nimport '@/lib/format.ts';\n`,
  'frontend/src/lib/format.ts': 'export const two = (x: number) => x.toFixed(2);\n',
  'src/storage/memory/memory-record-store.ts': `import type { Store } from '../store.ts';\nexport const store: Store = { list: () => [] };\n`,
};

export interface PlantedBreach {
  readonly rule: string;
  /** What is wrong with it, for the test's title. */
  readonly what: string;
  /** Where it must be found. */
  readonly file: string;
  readonly text: string;
}

const imports = (rule: string, file: string, specifier: string): PlantedBreach => ({
  rule,
  what: `${file} imports ${specifier}`,
  file,
  text: `import '${specifier}';\n`,
});

const written = (rule: string, file: string, text: string): PlantedBreach => ({
  rule,
  what: `${file} says ${text}`,
  file,
  text: `${text}\n`,
});

const CORE = 'src/core/planted.ts';

export const breaches: readonly PlantedBreach[] = [
  imports('core-is-pure', CORE, 'node:fs'),
  imports('core-is-pure', CORE, '../accounts/pool.ts'),
  written('core-is-pure', CORE, `import type { Store } from '../storage/store.ts';`),
  written('core-is-pure', CORE, `export const { pool } = await import('../accounts/pool.ts');`),
  ...[...impureNames].map((name) => written('core-is-pure', CORE, `export const planted = ${name};`)),
  written('core-is-pure', CORE, 'export const planted = { now: Date.now() };'),
  written('core-is-pure', CORE, `export const planted = Math['random']();`),
  written('core-is-pure', CORE, 'export let planted: Date;'),
  imports('planning-imports-core-only', 'src/planning/planted.ts', 'node:fs'),
  imports('planning-imports-core-only', 'src/planning/planted.ts', '../accounts/pool.ts'),
  imports('only-the-command-plans', 'src/gateway/planted.ts', '../planning/plan.ts'),
  ...['gateway', 'accounts', 'oauth', 'api-keys', 'requests'].flatMap((folder) => [
    imports('data-plane-knows-no-control-plane', `src/${folder}/planted.ts`, '../admin/router.ts'),
    imports('data-plane-knows-no-control-plane', `src/${folder}/planted.ts`, '../http/listen.ts'),
    imports('data-plane-knows-no-control-plane', `src/${folder}/planted.ts`, '../cli/serve.ts'),
  ]),
  imports('storage-behind-its-interface', 'src/accounts/planted.ts', '../storage/json/store.ts'),
  imports('storage-behind-its-interface', 'src/cli/planted.ts', '../storage/memory/memory-record-store.ts'),
  imports('one-storage-implementation-does-not-use-another', 'src/storage/json/planted.ts', '../memory/memory-record-store.ts'),
  imports('one-storage-implementation-does-not-use-another', 'src/storage/memory/planted.ts', '../json/store.ts'),
  imports('composition-root-on-top', 'src/jobs/planted.ts', '../app.ts'),
  imports('composition-root-on-top', 'src/http/planted.ts', '../main.ts'),
  imports('simulator-stands-alone', 'src/simulator/planted.ts', '../core/time.ts'),
  imports('simulator-stands-alone', 'src/gateway/planted.ts', '../simulator/books.ts'),
  imports('dashboard-knows-only-the-contract', 'frontend/src/lib/planted.ts', '../../../src/core/time.ts'),
  imports('dashboard-knows-only-the-contract', 'frontend/src/lib/planted.ts', '@contract/../core/time.ts'),
  imports('server-stands-without-the-dashboard', 'src/http/planted.ts', '../../frontend/src/lib/format.ts'),
  imports('dashboard-imports-point-one-way', 'frontend/src/features/keys/planted.ts', '@/app/app.tsx'),
  imports('dashboard-imports-point-one-way', 'frontend/src/components/planted.ts', '@/features/keys/page.tsx'),
  imports('dashboard-imports-point-one-way', 'frontend/src/api/planted.ts', '../features/keys/page.tsx'),
  imports('dashboard-imports-point-one-way', 'frontend/src/api/planted.ts', '@/components/badge.tsx'),
  imports('dashboard-imports-point-one-way', 'frontend/src/lib/planted.ts', '@/api/accounts.ts'),
  imports('features-stand-apart', 'frontend/src/features/keys/planted.ts', '../accounts/table.tsx'),
  imports('product-code-does-not-import-tests', 'frontend/src/lib/planted.ts', '../../../test/support/config.ts'),
  imports('no-dev-dependency-in-product-code', 'frontend/src/lib/planted.ts', 'express-like'),
  imports('product-code-does-not-import-tests', 'src/http/planted.ts', '../../test/support/config.ts'),
  imports('product-code-does-not-import-tests', 'src/http/planted.ts', '../../tools/checks/tree.ts'),
  imports('no-dev-dependency-in-product-code', 'src/http/planted.ts', 'mocha'),
  imports('no-dev-dependency-in-product-code', 'src/http/planted.ts', 'fast-check/lib/x.js'),
  written(
    'no-dev-dependency-in-product-code',
    'src/http/planted.ts',
    `const name = 'mocha'; export const planted = import(name);`,
  ),
  ...Object.keys(packageOwners).map((name) => imports('one-owner-per-package', 'src/jobs/planted.ts', name)),
  imports('one-owner-per-package', 'src/jobs/planted.ts', 'express/lib/router.js'),
  imports('one-owner-per-package', 'src/gateway/planted.ts', 'http-proxy-middleware'),
  written('one-owner-per-package', 'src/gateway/planted.ts', `export type { z } from 'zod';`),
  written('environment-read-in-one-place', 'src/gateway/planted.ts', `export const planted = process.env['HOME'];`),
  written('environment-read-in-one-place', 'src/gateway/planted.ts', `export const planted = process['env'];`),
  imports('environment-read-in-one-place', 'src/gateway/planted.ts', 'node:process'),
  written('no-cycles', 'src/jobs/planted.ts', `import './planted.ts';`),
  written('no-orphans', 'src/jobs/planted.ts', 'export const planted = 1;'),
];
