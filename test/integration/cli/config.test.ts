/** `headgate config …` as people and programs run it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../../dist/cli.js');

describe('headgate config', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; out: string; err: string }>((resolve) => {
      execFile(process.execPath, [CLI, 'config', ...args], { cwd: folder, env }, (error, out, err) =>
        resolve({ code: error ? Number(error.code) : 0, out, err }),
      );
    });

  it('check lists every fault with file, line, key, found and allowed, and fails', async () => {
    await writeFile(join(folder, 'config.yaml'), 'server:\n  port: many\nlogger:\n  levl: info\n');
    const { code, err } = await run(['check']);
    assert.equal(code, 1);
    assert.match(err, /config\.yaml:2: server\.port\n {4}found: {3}"many"\n {4}allowed: a whole number/);
    assert.match(err, /config\.yaml:4: logger\.levl/);
  });

  it('check --json gives the faults to programs', async () => {
    await writeFile(join(folder, 'config.yaml'), 'server:\n  port: many\n');
    const { code, out } = await run(['check', '--json']);
    assert.equal(code, 1);
    assert.deepEqual(
      JSON.parse(out).faults.map(({ line, key }: { line: number; key: string }) => [line, key]),
      [[2, 'server.port']],
    );
  });

  it('print names where each value comes from, and masks secrets', async () => {
    await writeFile(join(folder, 'config.yaml'), 'retry:\n  max_delay: 20s\n');
    await writeFile(join(folder, 'admin'), 'the-secret-of-this-test\n');
    const env = { LOGGER__LEVEL: 'warn', AUTH__API_KEY_FILE: 'admin' };
    const { code, out } = await run(['print', '--json'], env);
    assert.equal(code, 0);
    const row = (wanted: string) => JSON.parse(out).data.find(({ key }: { key: string }) => key === wanted);
    assert.deepEqual(row('retry.max_delay'), { key: 'retry.max_delay', value: '20s', origin: 'config.yaml:2' });
    assert.deepEqual(row('logger.level'), { key: 'logger.level', value: 'warn', origin: 'LOGGER__LEVEL' });
    assert.deepEqual(row('auth.api_key'), { key: 'auth.api_key', value: '(set)', origin: 'AUTH__API_KEY' });
    assert.match((await run(['print'])).out, /^server\.port +4000 +default$/m);
  });

  it('schema prints a JSON Schema', async () => {
    const { out } = await run(['schema']);
    assert.equal(JSON.parse(out).properties.server.properties.port.default, 4000);
  });
});
