/**
 * Whether package-lock.json installs the same everywhere. npm drops an optional package that it cannot fetch from the lock file without
 * a word; a complete `npm ci` then fails, and other platforms miss their binaries.
 */
import { type Check, resultOf, type Violation } from './check.ts';
import { readText } from './tree.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Locked = Readonly<Record<string, LockedPackage>>;

export const lockfileCheck: Check = {
  name: 'lock file',
  run: (root) => {
    const packages = readLock(root);
    return resultOf(lockfileViolations(root, packages), { count: Object.keys(packages).length, what: 'packages' });
  },
};

function readLock(root: string): Locked {
  return (JSON.parse(readText(root, 'package-lock.json')) as { packages: Locked }).packages;
}

/** Every way in which the lock file at `root` would not install, or not install the same, somewhere. */
export function lockfileViolations(root: string, packages: Locked = readLock(root)): Violation[] {
  const own = ['', ...(packages['']?.workspaces ?? [])];
  return [
    ...own.flatMap((path) => staleViolations(root, path, packages)),
    ...Object.entries(packages).flatMap(([path, locked]) => [
      ...missingPlatforms(path, packages),
      ...(own.includes(path) || locked.link === true ? [] : trustViolations(path, locked)),
    ]),
  ];
}

const where = (path: string): string => `package-lock.json (${path === '' ? 'root' : path})`;

function missingPlatforms(path: string, packages: Locked): Violation[] {
  return Object.keys(packages[path]?.optionalDependencies ?? {})
    .filter((name) => !isLocked(name, path, packages))
    .map((name) => ({
      rule: 'lock-file-is-complete',
      where: where(path),
      message: `${name} is missing: take a version whose platform packages all exist`,
    }));
}

/** Looks where Node would: in the package's own node_modules, then in every one above. */
function isLocked(name: string, from: string, packages: Locked): boolean {
  if (packages[`${from === '' ? '' : `${from}/`}node_modules/${name}`] !== undefined) return true;
  if (from === '') return false;
  const cut = from.lastIndexOf('/node_modules/');
  return isLocked(name, cut === -1 ? '' : from.slice(0, cut), packages);
}

function trustViolations(path: string, { integrity, resolved, hasInstallScript }: LockedPackage): Violation[] {
  const faults = [
    {
      rule: 'lock-file-has-integrity',
      wrong: integrity === undefined,
      message: 'has no integrity: what is installed cannot be checked',
    },
    {
      rule: 'lock-file-names-no-host',
      wrong: resolved !== undefined,
      message: 'names where it came from: keep .npmrc and lock again',
    },
    {
      rule: 'no-install-scripts',
      wrong: hasInstallScript === true,
      message: 'wants to run a script when installed: none runs here',
    },
  ];
  return faults.filter(({ wrong }) => wrong).map(({ rule, message }) => ({ rule, where: where(path), message }));
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/** The lock file repeats what package.json asks for; `npm ci` refuses when the two differ, and versions are exact. */
function staleViolations(root: string, path: string, packages: Locked): Violation[] {
  const file = path === '' ? 'package.json' : `${path}/package.json`;
  const manifest = JSON.parse(readText(root, file)) as LockedPackage;
  return KINDS.flatMap((kind) => {
    const asked = manifest[kind] ?? {};
    const locked = packages[path]?.[kind] ?? {};
    const names = [...new Set([...Object.keys(asked), ...Object.keys(locked)])];
    const differing = names.filter((name) => asked[name] !== locked[name]);
    const loose = Object.keys(asked).filter((name) => !/^\d+\.\d+\.\d+/.test(asked[name] ?? ''));
    return [
      ...differing.map((name) => ({
        rule: 'lock-file-is-current',
        where: file,
        message: `${name} differs in the lock file: npm install`,
      })),
      ...loose.map((name) => ({
        rule: 'versions-are-exact',
        where: file,
        message: `${name} is "${asked[name]}": name one version`,
      })),
    ];
  });
}
