/** `headgate doctor` as an operator runs it, with a server and without one. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectProxy } from '../../support/connect-proxy.ts';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';

interface Said {
  readonly ok: boolean;
  readonly findings: readonly { about: string; verdict: string; message: string; remedy: string | null }[];
}

describe('headgate doctor', function () {
  this.timeout(30_000);
  let world: World;
  let others: Server[];
  let umask: number;
  beforeEach(async () => {
    others = [];
    // As the command line has it: what the lock's library makes is for the owner alone.
    umask = process.umask(0o077);
    world = await startWorld({ accounts: ['work'] });
  });
  afterEach(async () => {
    for (const server of others) server.close();
    await world.stop();
    process.umask(umask);
  });

  const variables = (over: Record<string, string> = {}) => ({
    STORAGE__DATA_FOLDER: world.dataFolder,
    CLAUDE__BASE_URL: world.simulator.url,
    OAUTH__TOKEN_URL: `${world.simulator.url}/v1/oauth/token`,
    OAUTH__CLIENT_ID: world.simulator.clientId,
    SERVER__PORT: '0',
    ...over,
  });
  const examine = async (over: Record<string, string> = {}) => {
    const { exitCode, output } = await runCommand(['doctor', '--json'], variables(over));
    return { exitCode, said: JSON.parse(output) as Said };
  };
  const about = ({ findings }: Said, what: string) => findings.filter((finding) => finding.about === what);
  const problems = ({ findings }: Said) =>
    findings.filter(({ verdict }) => verdict === 'problem').map((finding) => finding.about);
  /** Something else that listens, and answers everything alike. */
  const listen = async (body: string, headers: Record<string, string> = {}): Promise<number> => {
    const server = createServer((_req, res) => void res.writeHead(404, headers).end(body));
    others.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  it('finds all well with a server, and ends with 0', async () => {
    const { exitCode, said } = await examine();
    assert.deepEqual([exitCode, said.ok, problems(said)], [0, true, []]);
    assert.match(about(said, 'server')[0]?.message ?? '', new RegExp(`Runs at ${world.app.url}`));
    assert.equal(about(said, 'account "work"')[0]?.verdict, 'ok');
  });

  it('goes out through the proxy that the server would use', async () => {
    const proxy = await connectProxy({}, '403 Forbidden');
    const { said } = await examine({ CLAUDE__BASE_URL: 'https://api.upstream.test', HTTPS_PROXY: proxy.url });
    await proxy.close();
    assert.deepEqual([about(said, 'upstream')[0]?.verdict, proxy.asked], ['problem', ['api.upstream.test:443']]);
  });

  it('finds all well without a server', async () => {
    await world.app.stop({ graceful: true });
    const { exitCode, said } = await examine();
    assert.deepEqual([exitCode, problems(said)], [0, []]);
    assert.equal(about(said, 'server')[0]?.verdict, 'note');
    assert.equal(about(said, 'account "work"')[0]?.verdict, 'ok');
  });

  it('reads as text, a line and a remedy for each finding', async () => {
    world.simulator.revoke('work');
    const [{ id }] = (await world.admin('GET', '/api/accounts')).body.data;
    await world.admin('POST', `/api/accounts/${id}/refresh`);
    const { exitCode, output } = await runCommand(['doctor'], variables());
    assert.equal(exitCode, 1);
    assert.match(output, /^problem +account "work" .+\n +→ Authorize it again: headgate accounts add --name work$/m);
    assert.match(output, /^2 problems, 0 warnings\.$/m);
  });

  it('names every fault of the configuration, and looks at nothing else', async () => {
    const { exitCode, said } = await examine({ LOGGER__LEVEL: 'loud', RETRY__MAX_ATTEMPTS: 'many' });
    assert.equal(exitCode, 1);
    assert.deepEqual(problems(said), ['configuration', 'configuration']);
    assert.equal(said.findings.length, 2);
  });

  it('finds what others can read in the data folder, before the lock makes it right', async () => {
    await world.app.stop({ graceful: true });
    await chmod(world.dataFolder, 0o755);
    await writeFile(join(world.dataFolder, 'notes.txt'), 'x', { mode: 0o644 });
    await chmod(join(world.dataFolder, 'notes.txt'), 0o644);
    const { said } = await examine();
    assert.deepEqual(
      about(said, 'data folder').map(({ remedy }) => remedy?.split(' ').slice(0, 2).join(' ')),
      ['chmod 700', 'chmod -R'],
    );
  });

  it('makes no data folder where there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-doctor-'));
    const { said } = await examine({ STORAGE__DATA_FOLDER: join(folder, 'data') });
    assert.match(about(said, 'data folder')[0]?.message ?? '', /the first start makes it/);
    assert.deepEqual(await readdir(folder), []);
    await rm(folder, { recursive: true });
  });

  it('leaves nothing behind in the data folder', async () => {
    const before = await readdir(world.dataFolder);
    const { mtimeMs } = await stat(join(world.dataFolder, 'accounts.json'));
    await examine();
    assert.deepEqual(await readdir(world.dataFolder), before);
    assert.equal((await stat(join(world.dataFolder, 'accounts.json'))).mtimeMs, mtimeMs);
  });

  it('tells who has the port', async () => {
    await world.app.stop({ graceful: true });
    const [stranger, headgate] = [await listen('hello'), await listen('{"name":"headgate"}')];
    const first = about((await examine({ SERVER__PORT: String(stranger) })).said, 'port')[0];
    assert.match(first?.message ?? '', /is in use by another program/);
    if (process.platform === 'linux') assert.match(first?.message ?? '', new RegExp(`\\(process ${process.pid}, node\\)`));
    const second = about((await examine({ SERVER__PORT: String(headgate) })).said, 'port')[0];
    assert.match(second?.message ?? '', /is in use by a Headgate with another data folder/);
  });

  it('tells that the upstream cannot be reached, and at which step', async () => {
    const closed = await listen('');
    await new Promise((resolve) => others.pop()?.close(resolve));
    const refused = about((await examine({ CLAUDE__BASE_URL: `http://127.0.0.1:${closed}` })).said, 'upstream')[0];
    assert.match(refused?.message ?? '', /no connection \(ECONNREFUSED\)/);
    const unnamed = about((await examine({ CLAUDE__BASE_URL: 'https://nowhere.invalid' })).said, 'upstream')[0];
    assert.match(unnamed?.message ?? '', /its name does not resolve \((ENOTFOUND|EAI_AGAIN)\)/);
    const plain = await listen('');
    const noTls = about((await examine({ CLAUDE__BASE_URL: `https://127.0.0.1:${plain}` })).said, 'upstream')[0];
    assert.match(noTls?.message ?? '', /TLS fails/);
  });

  it("holds the clock against the upstream's", async () => {
    const port = await listen('', { date: new Date(Date.now() + 600_000).toUTCString() });
    const { exitCode, said } = await examine({ CLAUDE__BASE_URL: `http://127.0.0.1:${port}` });
    assert.equal(exitCode, 1);
    assert.match(about(said, 'clock')[0]?.message ?? '', /(59|60)\d s behind the upstream/);
  });

  it('goes the way that the configuration names, and tells when the proxy does not let it through', async () => {
    const host = 'everything.upstream.test';
    const proxies = [await connectProxy({ [host]: await listen('') }), await connectProxy({}, '403 Forbidden')];
    const urls = { CLAUDE__BASE_URL: `https://${host}`, OAUTH__TOKEN_URL: `https://${host}/token` };
    const [through, refused] = await Promise.all(
      proxies.map(
        async ({ url }) => about((await examine({ ...urls, CLAUDE__PROXY_URL: url })).said, 'upstream')[0]?.message ?? '',
      ),
    );
    for (const proxy of proxies) {
      assert.deepEqual(new Set(proxy.asked), new Set([`${host}:443`]));
      await proxy.close();
    }
    // Behind the proxy is one that does not speak TLS: so far it came.
    assert.match(through ?? '', /TLS fails/);
    assert.match(refused ?? '', /no connection/);
  });

  it('finds where the audit log was tampered with', async () => {
    const file = join(world.dataFolder, 'audit.jsonl');
    const written = await readFile(file, 'utf8');
    assert.equal(about((await examine()).said, 'audit log')[0]?.verdict, 'ok');
    await writeFile(file, written.replace('"ok"', '"no"').replace('"name":"', '"name":"not '));
    const { exitCode, said } = await examine();
    assert.equal(exitCode, 1);
    assert.match(about(said, 'audit log')[0]?.message ?? '', /^It is not as it was written: line \d+ of audit\.jsonl/);
  });

  it('says so when the server refuses its key', async () => {
    const { said } = await examine({ AUTH__API_KEY: 'another-key-than-the-server-has-01' });
    assert.equal(about(said, 'accounts')[0]?.message, 'They cannot be looked at.');
  });
});
