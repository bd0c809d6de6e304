/** The page that an authorization server sends the browser back to, as bytes; what it does in a browser is tried in test/browser. */
import assert from 'node:assert/strict';
import { type AdminWorld, adminWorld, HOST, ORIGIN } from '../../support/admin-world.ts';

describe('the callback page', () => {
  let world: AdminWorld;
  const start = async (publicUrl?: string) => {
    world = await adminWorld(publicUrl === undefined ? {} : { publicUrl });
  };
  afterEach(() => world.close());
  const open = (path: string, host = HOST) => world.call('GET', path, { headers: { host } });

  for (const path of ['/oauth/callback', '/callback']) {
    it(`${path} shows what to paste, and runs nothing that is written in it`, async () => {
      await start();
      const reply = await open(`${path}?code=the-code&state=the-state`);
      assert.equal(reply.status, 200);
      assert.match(reply.text, /the-code#the-state/);
      assert.match(reply.text, /<script type="module" src="\/oauth\/callback\.js"><\/script>/);
      assert.ok(!/<script[^>]*>[^<]|<style|style=|\son\w+=/.test(reply.text));
      assert.equal(reply.headers['cache-control'], 'no-store');
    });
  }

  it('has its script in a file of our own', async () => {
    await start();
    const reply = await open('/oauth/callback.js');
    assert.deepEqual([reply.status, reply.headers['content-type']], [200, 'text/javascript; charset=utf-8']);
    assert.ok(!/https?:\/\//.test(reply.text));
  });

  it('changes nothing by being opened', async () => {
    await start();
    world.simulator.addAccount({ name: 'ada' });
    const { body } = await world.call('POST', '/api/oauth/authorize', { body: {} });
    const { code, state } = world.simulator.approve(body.authorization_url, 'ada');
    await open(`/oauth/callback?code=${code}&state=${state}`);
    assert.equal(world.pool.list().length, 0);
    assert.equal(world.simulator.books.tokens.length, 0);
  });

  it('shows an error as text, whatever it holds', async () => {
    await start();
    const reply = await open('/oauth/callback?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=s');
    assert.equal(reply.status, 400);
    assert.match(reply.text, /access_denied: &lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.ok(!reply.text.includes('<script'));
  });

  for (const query of ['', '?code=a', '?state=b', '?code=a&code=b&state=c', `?code=${'a'.repeat(4097)}&state=c`]) {
    it(`has nothing to do for "${query.slice(0, 30)}"`, async () => {
      await start();
      const reply = await open(`/oauth/callback${query}`);
      assert.equal(reply.status, 400);
      assert.match(reply.text, /Nothing to do here/);
    });
  }

  it('escapes code and state', async () => {
    await start();
    const reply = await open('/oauth/callback?code=%22%3E%3Cimg%20src=x%3E&state=%3Cb%3E');
    assert.ok(!reply.text.includes('<img') && !reply.text.includes('<b>'));
  });

  describe('on another host than the dashboard', () => {
    const locationOf = async (host: string, state = 's') =>
      (await open(`/oauth/callback?code=c&state=${state}`, host)).headers['location'];

    it('sends the browser there with all that came', async () => {
      await start('http://127.0.0.1:4000');
      assert.equal(await locationOf('localhost:4000'), 'http://127.0.0.1:4000/oauth/callback?code=c&state=s');
    });

    it('sends the browser to the public name', async () => {
      await start('https://headgate.example/');
      assert.equal(await locationOf('127.0.0.1:4000'), 'https://headgate.example/oauth/callback?code=c&state=s');
    });

    it('sends the browser from localhost to the address that it reached by that name', async () => {
      await start();
      const reply = await open('/oauth/callback?code=c&state=s', 'localhost');
      assert.match(reply.headers['location'] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?code=c&state=s$/);
    });

    it('stays where the browser is when it is there already', async () => {
      await start('http://127.0.0.1:4000');
      assert.equal(await locationOf('127.0.0.1:4000'), undefined);
    });

    it('does not send a browser elsewhere to its own machine', async () => {
      await start('http://127.0.0.1:4000');
      assert.equal(await locationOf('nas.example:4000'), undefined);
    });

    it('goes back to where this very login was begun', async () => {
      await start('https://headgate.example');
      const page = await world.signIn();
      const { state } = (await world.call('POST', '/api/oauth/authorize', { headers: page, body: {} })).body;
      assert.equal(await locationOf('localhost:4000', state), `${ORIGIN}/oauth/callback?code=c&state=${state}`);
      assert.equal(await locationOf(HOST, state), undefined);
    });

    it('takes no origin for a home that is not its own', async () => {
      await start('http://127.0.0.1:4000');
      const headers = { authorization: 'Bearer hga_a-made-up-admin-key-for-tests', origin: 'https://evil.example' };
      const { state } = (await world.call('POST', '/api/oauth/authorize', { headers, body: {} })).body;
      assert.equal(await locationOf('127.0.0.1:4000', state), undefined);
    });
  });
});
