/** After everything that can happen to a secret has happened: it lies in the credential file, and nowhere else. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

function assertClean(place: string, text: string, secrets: ReadonlySet<string>): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${place} holds ${secret.slice(0, 6)}…`);
  assert.doesNotMatch(text, /sim-(at|rt|key|static)-/, place);
}

/** Every token and key in the credential file. */
async function storedSecrets(folder: string): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'credentials.json'), 'utf8');
  const { records } = JSON.parse(text) as { records: { secret: string; refreshToken: string | null }[] };
  return records.flatMap(({ secret, refreshToken }) => (refreshToken === null ? [secret] : [secret, refreshToken]));
}

/** The id of a new session of the dashboard. */
async function signIn({ app }: World): Promise<string> {
  const reply = await fetch(`${app.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ api_key: app.adminKey }),
  });
  return /^headgate_session=([^;]+)/.exec(reply.headers.get('set-cookie') ?? '')?.[1] ?? '';
}

/** All files but those that are made for secrets. */
async function otherFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder)).filter(
    (name) => !['credentials.json', 'credentials.json.bak', 'admin-key'].includes(name),
  );
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return new Map(names.map((name, index) => [name, texts[index] ?? '']));
}

describe('secrets', () => {
  it('appear in no log, metric, reply or file but those that are made for them', async () => {
    const world = await startWorld({ config: { logger: { level: 'debug' } } });
    const { simulator } = world;
    const replyTexts: string[] = [];
    const secrets = new Set([world.key]);
    const keep = async (reply: Response) => {
      replyTexts.push(await reply.text(), JSON.stringify([...reply.headers]));
    };
    const ids = [await world.addAccount('one'), await world.addAccount('two')];
    simulator.addAccount({ name: 'three' });
    const apiKey = simulator.issueApiKey('three');
    secrets.add(apiKey);
    replyTexts.push(
      JSON.stringify(await world.admin('POST', '/api/accounts', { name: 'three', kind: 'api_key', api_key: apiKey })),
    );
    simulator.addAccount({ name: 'four' });
    const staticToken = simulator.issueStaticToken('four');
    secrets.add(staticToken);
    const added = { name: 'four', kind: 'oauth_static', access_token: staticToken };
    replyTexts.push(JSON.stringify(await world.admin('POST', '/api/accounts', added)));
    const session = await signIn(world);
    secrets.add(session);
    await keep(await fetch(`${world.app.url}/api/accounts`, { headers: { cookie: `headgate_session=${session}` } }));
    const again = await world.admin('POST', '/api/oauth/authorize', {});
    const { code, state } = simulator.approve(again.body.authorization_url, 'one');
    secrets.add(code);
    replyTexts.push(JSON.stringify(await world.admin('POST', '/api/accounts', { code, state })));
    const login = await world.admin('POST', '/api/oauth/authorize', {});
    secrets.add(login.body.state);
    await world.admin('POST', '/api/accounts', { code: 'mistyped-code-canary', state: login.body.state });
    secrets.add('mistyped-code-canary');

    await keep(await world.ask());
    await keep(await world.ask({ body: { ...aMessage, stream: true } }));
    simulator.expireAccessTokens('one');
    await keep(await world.ask());
    await keep(await world.ask());
    for (const action of [
      { kind: 'bare_429' },
      { kind: 'unauthorized' },
      { kind: 'server_error' },
      { kind: 'overloaded' },
      { kind: 'quota_rejected' },
    ] as const) {
      simulator.fault('two', { action });
      await keep(await world.ask());
    }
    simulator.revoke('one');
    for (const id of ids) replyTexts.push(JSON.stringify(await world.admin('POST', `/api/accounts/${id}/refresh`)));
    await keep(await world.ask({ headers: { authorization: 'Bearer hg_wrongkeycanary' } }));
    secrets.add('hg_wrongkeycanary');
    await keep(await world.ask({ path: '/v1/messages?key=query-canary', headers: { 'x-api-key': 'other-key-canary' } }));
    await keep(await world.ask({ body: { ...aMessage, messages: [{ role: 'user', content: 'prompt-canary' }] } }));
    for (const canary of ['query-canary', 'other-key-canary', 'prompt-canary']) secrets.add(canary);
    for (const path of ['/api/accounts', '/api/keys', `/api/accounts/${ids[0]}/events`, '/api/admin/statistics'])
      replyTexts.push(JSON.stringify(await world.admin('GET', path)));
    const metrics = await (
      await fetch(`${world.app.url}/metrics`, { headers: { authorization: `Bearer ${world.app.adminKey}` } })
    ).text();

    for (const secret of await storedSecrets(world.dataFolder)) secrets.add(secret);
    secrets.add(world.app.adminKey);
    assert.ok(secrets.size >= 16, String(secrets.size));

    await world.app.stop({ graceful: false });
    const files = await otherFiles(world.dataFolder);
    assert.ok(files.has('accounts.json') && files.has('api-keys.json'));
    const places = { log: world.log(), metrics, ...Object.fromEntries(files) };
    for (const [place, text] of Object.entries(places)) assertClean(place, text, secrets);
    // The state of a login is told to the one who began it, in that one reply.
    assertClean('replies', replyTexts.join('\n'), new Set([...secrets].filter((secret) => secret !== login.body.state)));
    assert.ok(world.log().includes('request received'), 'debug was on');
    await simulator.close();
  });

  it('stay out of the account file over a restart, after which nobody is signed in any more', async () => {
    const { startApp } = await import('../../../src/app.ts');
    const { testLoaded } = await import('../../support/config.ts');
    const world = await startWorld({ accounts: ['one'] });
    const cookie = `headgate_session=${await signIn(world)}`;
    const signedIn = async (url: string) => (await fetch(`${url}/api/accounts`, { headers: { cookie } })).status;
    assert.equal(await signedIn(world.app.url), 200);
    await world.app.stop({ graceful: false });
    const again = await startApp({
      loaded: testLoaded({
        server: { port: 0 },
        storage: { dataFolder: world.dataFolder },
        claude: { baseUrl: world.simulator.url },
        logger: { level: 'error' },
      }),
    });
    const reply = await fetch(`${again.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': world.key },
      body: JSON.stringify(aMessage),
    });
    assert.equal(reply.status, 200);
    assert.equal(await signedIn(again.url), 401);
    await again.stop({ graceful: false });
    assert.doesNotMatch(await readFile(join(world.dataFolder, 'accounts.json'), 'utf8'), /sim-(at|rt)-/);
    await world.simulator.close();
  });
});
