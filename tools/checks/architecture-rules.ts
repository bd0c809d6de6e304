/** Which way imports may point, as data. ARCHITECTURE.md draws the same picture; `check-architecture.ts` enforces it. */

/** A path from the root, or a folder with everything below it as `folder/**`. */
type Pattern = string;

export interface ImportRule {
  readonly name: string;
  /** Whose imports the rule looks at. */
  readonly from: readonly Pattern[];
  /** Those of `from` that it leaves alone. */
  readonly except?: readonly Pattern[];
  /** Modules that may not be imported; all modules and packages when missing. */
  readonly forbids?: readonly Pattern[];
  /** Modules that may be imported all the same. */
  readonly allows?: readonly Pattern[];
  readonly cure: string;
}

export const importRules: readonly ImportRule[] = [
  {
    name: 'core-is-pure',
    from: ['src/core/**'],
    allows: ['src/core/**'],
    cure: 'core decides and imports only itself: pass in what it needs',
  },
  {
    name: 'planning-imports-core-only',
    from: ['src/planning/**'],
    allows: ['src/planning/**', 'src/core/**'],
    cure: 'the replay is a pure function over the rules of core: read files and print in src/cli/plan.ts',
  },
  {
    name: 'only-the-command-plans',
    from: ['src/**'],
    except: ['src/planning/**', 'src/cli/plan.ts'],
    forbids: ['src/planning/**'],
    cure: 'what serves requests stands without the replay',
  },
  {
    name: 'data-plane-knows-no-control-plane',
    from: ['src/gateway/**', 'src/accounts/**', 'src/oauth/**', 'src/api-keys/**', 'src/requests/**'],
    forbids: ['src/admin/**', 'src/http/**', 'src/cli/**'],
    cure: 'the walk of a request works with administration switched off: let app.ts hand over what both need',
  },
  {
    name: 'storage-behind-its-interface',
    from: ['src/**'],
    // The configuration, stored settings included, is read before there is an app.
    except: ['src/app.ts', 'src/storage/**', 'src/cli/load-settings.ts'],
    forbids: ['src/storage/json/**', 'src/storage/memory/**'],
    cure: 'ask for a port of src/storage/store.ts; app.ts chooses who answers',
  },
  {
    name: 'one-storage-implementation-does-not-use-another',
    from: ['src/storage/json/**'],
    forbids: ['src/storage/memory/**'],
    cure: 'move what both use up into src/storage',
  },
  {
    name: 'one-storage-implementation-does-not-use-another',
    from: ['src/storage/memory/**'],
    forbids: ['src/storage/json/**'],
    cure: 'move what both use up into src/storage',
  },
  {
    name: 'composition-root-on-top',
    from: ['src/**'],
    except: ['src/main.ts', 'src/cli.ts', 'src/cli/**'],
    forbids: ['src/app.ts', 'src/main.ts', 'src/cli.ts'],
    cure: 'app.ts builds the parts and hands them over; no part reaches up to it',
  },
  {
    name: 'simulator-stands-alone',
    from: ['src/simulator/**'],
    forbids: ['src/**'],
    allows: ['src/simulator/**'],
    cure: 'the simulator keeps its own books by its own code: what it shared with the product it could not contradict',
  },
  {
    name: 'simulator-stands-alone',
    from: ['src/**'],
    except: ['src/simulator/**', 'src/cli.ts', 'src/cli/**'],
    forbids: ['src/simulator/**'],
    cure: 'only a command starts the simulator',
  },
  {
    name: 'dashboard-knows-only-the-contract',
    from: ['frontend/src/**'],
    forbids: ['src/**'],
    allows: ['src/contract/**'],
    cure: 'the dashboard is a client like any other: what both sides need is in src/contract',
  },
  {
    name: 'server-stands-without-the-dashboard',
    from: ['src/**'],
    forbids: ['frontend/**'],
    cure: 'the server knows the built files alone',
  },
  {
    name: 'dashboard-imports-point-one-way',
    from: ['frontend/src/features/**'],
    forbids: ['frontend/src/app/**'],
    cure: 'app puts the features together; no feature reaches up to it',
  },
  {
    name: 'dashboard-imports-point-one-way',
    from: ['frontend/src/components/**', 'frontend/src/api/**', 'frontend/src/lib/**'],
    forbids: ['frontend/src/app/**', 'frontend/src/features/**'],
    cure: 'what all features share knows none of them',
  },
  {
    name: 'dashboard-imports-point-one-way',
    from: ['frontend/src/api/**', 'frontend/src/lib/**'],
    forbids: ['frontend/src/components/**'],
    cure: 'data and rules know nothing of how they are shown',
  },
  {
    name: 'dashboard-imports-point-one-way',
    from: ['frontend/src/lib/**'],
    forbids: ['frontend/src/api/**'],
    cure: 'lib is below everything else',
  },
  {
    name: 'product-code-does-not-import-tests',
    from: ['src/**', 'frontend/src/**'],
    forbids: ['test/**', 'tools/**', 'bench/**'],
    cure: 'what ships stands without its tests and tools',
  },
];

/** The only importers of a package, so that it can be replaced, patched or watched in one place. */
export const packageOwners: Readonly<Record<string, readonly Pattern[]>> = {
  '@clack/prompts': ['src/cli/prompts.ts'],
  commander: ['src/cli.ts', 'src/cli/**'],
  express: ['src/http/**', 'src/gateway/**', 'src/admin/**'],
  'http-proxy-middleware': ['src/gateway/forward.ts'],
  lowdb: ['src/storage/json/**'],
  chokidar: ['src/assembly/watch-config.ts'],
  'node-cron': ['src/jobs/scheduler.ts'],
  'openid-client': ['src/oauth/**'],
  'prom-client': ['src/observability/metrics.ts'],
  uplot: ['frontend/src/components/chart/draw-chart.ts'],
  winston: ['src/observability/logger.ts'],
  yaml: ['src/config/**', 'src/simulator/drills/read-drill.ts'],
  zod: ['src/config/**', 'src/contract/**', 'src/storage/**', 'src/simulator/**', 'src/oauth/**', 'src/admin/**'],
};

/** Where the process's environment may be read; everybody else is handed a configuration. */
export const environmentReaders: readonly Pattern[] = ['src/config/**', 'src/main.ts', 'src/cli.ts', 'src/cli/**'];

/** Where the program starts; what these do not reach is dead. */
export const entryPoints: readonly Pattern[] = ['src/cli.ts', 'frontend/src/main.tsx'];

/** Where product code is, and the package.json files whose dependencies it may use. */
export const productFolders: Readonly<Record<string, readonly string[]>> = {
  src: ['package.json'],
  'frontend/src': ['frontend/package.json'],
};

/** Folders in here import from each other only what lies outside of both. */
export const separateFeatures = 'frontend/src/features/';

/** Product modules that no entry point reaches, with the reason why they stay. */
export const livingOrphans: Readonly<Record<string, string>> = {
  'src/storage/memory/memory-record-store.ts': 'the second implementation of the port, which keeps the contract suite honest',
};

/** Functions of their arguments alone, though their object is in the list below. */
export const pureMembers: ReadonlySet<string> = new Set(['Date.UTC', 'Date.parse']);

/** Names that bring in a clock, chance, the process, the network or the console. None of them is read below src/core. */
export const impureNames: ReadonlySet<string> = new Set([
  'Buffer',
  'Date',
  'Math.random',
  'Temporal',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'global',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);
