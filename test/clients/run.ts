/**
 * Runs the real clients through Headgate: brings the pinned versions into a cache outside the tree, then runs this folder's tests, where
 * the system allows it in a network namespace with nothing but loopback.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '../..');

function installed(): string {
  const lock = readFileSync(join(here, 'package-lock.json'));
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headgate', `clients-${version}`);
  const stamp = join(folder, '.complete');
  if (existsSync(stamp)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(folder, name));
  process.stdout.write(`installing the clients into ${folder}\n`);
  const install = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (install.status !== 0) {
    process.stderr.write('The clients could not be installed from the npm registry.\n\n0 passed, 1 failed\n');
    process.exit(1);
  }
  writeFileSync(stamp, '');
  return folder;
}

const clients = installed();
const command = ['mocha', '--timeout', '120000', 'test/clients/**/*.test.ts'];
const isolated = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0;
process.stdout.write(isolated ? 'network: loopback only\n' : 'network: as it is (no namespace could be made)\n');
const [program, ...args] = isolated
  ? ['unshare', '-n', 'sh', '-c', `ip link set lo up && exec ${command.map((word) => `'${word}'`).join(' ')}`]
  : command;
const run = spawnSync(program as string, args, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, HEADGATE_TEST_CLIENTS: clients },
});
process.exit(run.status ?? 1);
