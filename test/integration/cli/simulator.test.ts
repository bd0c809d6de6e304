import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../support/spawn-server.ts';

const root = join(import.meta.dirname, '../../..');

describe('headgate simulator', function () {
  this.timeout(20_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async (text: string): Promise<string> => {
    const file = join(folder, 'drill.yaml');
    await writeFile(file, text);
    return file;
  };
  const refused = async (...args: string[]) => {
    const { exitCode, output } = await runCommand(['simulator', ...args], {});
    assert.equal(exitCode, 2, output);
    return output;
  };

  it('plays a drill from a file: its accounts are there, and it says what happens as it happens', async () => {
    const file = await written('{ accounts: [{ name: ada }], scenes: [{ afterRequests: 0, say: the first request has come }] }');
    const child = spawn(join(root, 'bin/headgate'), ['simulator', '--port', '0', '--script', file], {
      env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.resume();
    const says = async (what: RegExp) => {
      while (!what.test(output)) await once(child.stdout, 'data');
    };
    await says(/Accounts\s+ada\n/);
    const url = /Claude API\s+(http:\S+)/.exec(output)?.[1];
    const reply = await fetch(`${url}/_simulator/static-token`, { method: 'POST', body: '{"account":"ada"}' });
    const { token } = (await reply.json()) as { token: string };
    const message = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'anthropic-version': '2023-06-01', 'anthropic-beta': 'oauth-2025-04-20' },
      body: '{"model":"claude-haiku-4-5","max_tokens":1,"messages":[]}',
    });
    assert.equal(message.status, 200);
    await says(/\d\d:\d\d:\d\d UTC\s+the first request has come/);
    child.kill('SIGTERM');
    const [exitCode] = (await once(child, 'close')) as [number | null];
    assert.equal(exitCode, 0);
  });

  it('tells every fault of a drill with its line and its field, and starts nothing', async () => {
    const file = await written(
      'accounts:\n  - name: ada\nfaults:\n  - account: bob\n    action: { kind: explode }\ncolour: red\n',
    );
    const output = await refused('--script', file);
    assert.match(output, /drill\.yaml is no drill that can be played:\n/);
    assert.match(output, /line 5: faults\[0\]\.action\.kind: must be one of /);
    assert.match(output, /line 6: colour: is not known here/);
    assert.doesNotMatch(output, /Claude API/);
  });

  it('says when there is no such file', async () => {
    assert.match(await refused('--script', join(folder, 'missing.yaml')), /missing\.yaml cannot be read: ENOENT\./);
  });

  it('reads no file that is no drill for its size alone', async () => {
    assert.match(await refused('--script', await written('#'.repeat(1_000_001))), /is larger than 1 MB\./);
  });

  it('refuses what is no port', async () => {
    assert.match(await refused('--port', 'four'), /--port is a number from 0 to 65535\./);
  });

  it('lists the faults that a drill can name, with their parameters', async () => {
    const { exitCode, output } = await runCommand(['simulator', '--faults'], {});
    assert.equal(exitCode, 0);
    for (const line of [/^quota_rejected .*window="5h" .*reset=3600/m, /^delay .*ms \(required\)$/m, /^reset_after /m])
      assert.match(output, line);
  });

  it('lists them as JSON', async () => {
    const { output } = await runCommand(['simulator', '--faults', '--json'], {});
    const listed = JSON.parse(output) as { faults: { kind: string }[]; token_faults: { kind: string }[] };
    assert.ok(
      listed.faults.some(({ kind }) => kind === 'overloaded') && listed.token_faults.some(({ kind }) => kind === 'hang_after'),
    );
  });
});
