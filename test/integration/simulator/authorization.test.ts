import assert from 'node:assert/strict';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { askTokens, authorizeUrl, STATE, VERIFIER } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('authorization at the simulator', () => {
  let now = NOW;
  let simulator: Simulator;
  const begin = async (options: SimulatorOptions = {}) => {
    now = NOW;
    simulator = await createSimulator({ now: () => now, ...options });
    simulator.addAccount({ name: 'ada', email: 'ada@example.test', organization: 'Engines & Co' });
  };
  beforeEach(() => begin());
  afterEach(() => simulator.close());

  const exchange = (over: Readonly<Record<string, unknown>> = {}) =>
    askTokens(simulator, {
      grant_type: 'authorization_code',
      code_verifier: VERIFIER,
      redirect_uri: `${simulator.url}/oauth/code/callback`,
      state: STATE,
      ...over,
    });
  const approved = () => simulator.approve(authorizeUrl(simulator), 'ada').code;

  describe('the exchange of a code', () => {
    it('yields tokens and says whose they are', async () => {
      const { status, body } = await exchange({ code: approved() });
      const { access_token: access, refresh_token: refresh, ...rest } = body;
      const ada = simulator.accounts()[0];
      assert.equal(status, 200);
      assert.match(`${access} ${refresh}`, /^sim-at-\S+ sim-rt-\S+$/);
      assert.deepEqual(rest, {
        token_type: 'Bearer',
        expires_in: 28_800,
        scope: 'user:inference user:profile',
        account: { uuid: ada?.uuid, email_address: 'ada@example.test' },
        organization: { uuid: ada?.organizationUuid, name: 'Engines & Co' },
      });
    });

    it('works once', async () => {
      const code = approved();
      await exchange({ code });
      const again = await exchange({ code });
      assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant']);
    });

    it('works within ten minutes', async () => {
      const [early, late] = [approved(), approved()];
      now += 599_999;
      const inTime = await exchange({ code: early });
      now += 1;
      assert.deepEqual([inTime.status, (await exchange({ code: late })).body.error], [200, 'invalid_grant']);
    });

    const unproven: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      'another verifier': { code_verifier: `${VERIFIER}x` },
      'no verifier': { code_verifier: undefined },
      'another redirect URI': { redirect_uri: 'http://127.0.0.1:1/elsewhere' },
      'another state': { state: 'not-it' },
      'another code': { code: 'not-it' },
    };
    for (const [what, over] of Object.entries(unproven)) {
      it(`is refused with ${what}`, async () => {
        const { status, body } = await exchange({ code: approved(), ...over });
        assert.deepEqual([status, body.error], [400, 'invalid_grant']);
      });
    }

    it('needs the state when it is JSON', async () => {
      const { status, body } = await exchange({ code: approved(), state: undefined });
      assert.deepEqual([status, body.error, body.error_description], [400, 'invalid_request', 'state is required']);
    });

    it('needs no state when it is a form', async () => {
      await simulator.close();
      await begin({ tokenRequestFormat: 'form' });
      const reply = await fetch(`${simulator.url}/v1/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: simulator.clientId,
          code: approved(),
          code_verifier: VERIFIER,
          redirect_uri: `${simulator.url}/oauth/code/callback`,
        }),
      });
      assert.equal(reply.status, 200);
    });
  });

  describe('the approval page', () => {
    const open = (over: Readonly<Record<string, string | null>> = {}) => fetch(authorizeUrl(simulator, over));
    const press = (button: Record<string, string>, over: Readonly<Record<string, string | null>> = {}) =>
      fetch(authorizeUrl(simulator, over), { method: 'POST', body: new URLSearchParams(button), redirect: 'manual' });
    const backAt = (reply: Response) => new URL(reply.headers.get('location') ?? '');

    it('lets one choose among the accounts', async () => {
      simulator.addAccount({ name: '"><script>' });
      const page = await (await open()).text();
      assert.match(page, /<button name="account" value="ada">Approve as ada@example\.test of Engines &amp; Co</);
      assert.match(page, /value="&quot;&gt;&lt;script&gt;"/);
    });

    it('sends the browser back with a code that is good', async () => {
      const reply = await press({ account: 'ada' }, { redirect_uri: 'http://localhost:4000/oauth/callback?from=here' });
      const back = backAt(reply);
      const code = back.searchParams.get('code');
      assert.deepEqual(
        [reply.status, back.origin + back.pathname, back.searchParams.get('from'), back.searchParams.get('state')],
        [302, 'http://localhost:4000/oauth/callback', 'here', STATE],
      );
      assert.equal((await exchange({ code, redirect_uri: 'http://localhost:4000/oauth/callback?from=here' })).status, 200);
    });

    it('leads to a page that shows code#state to copy', async () => {
      const back = backAt(await press({ account: 'ada' }));
      const page = await (await fetch(back)).text();
      assert.match(page, new RegExp(`<code id="code">${back.searchParams.get('code')}#${STATE}</code>`));
    });

    it('sends the browser back with access_denied', async () => {
      const back = backAt(await press({ deny: '1' }));
      assert.deepEqual([back.searchParams.get('error'), back.searchParams.get('state')], ['access_denied', STATE]);
      assert.match(await (await fetch(back)).text(), /access_denied/);
    });

    it('knows no account that was not added', async () => {
      assert.equal((await press({ account: 'bob' })).status, 400);
    });

    const wrong: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
      'another client id': { client_id: 'somebody' },
      'no client id': { client_id: null },
      'another response type': { response_type: 'token' },
      'no challenge': { code_challenge: null },
      'a challenge that is no SHA-256': { code_challenge: 'short' },
      'the plain challenge method': { code_challenge_method: 'plain' },
      'no state': { state: null },
      'no redirect URI': { redirect_uri: null },
      'a redirect URI of another machine': { redirect_uri: 'http://192.0.2.1/cb' },
      'a redirect URI of another protocol': { redirect_uri: 'ftp://localhost/cb' },
      'a redirect URI that is no URL': { redirect_uri: 'cb' },
      'a redirect URI that only looks local': { redirect_uri: 'http://localhost.evil.example/cb' },
      'a script for a redirect URI': { redirect_uri: 'javascript:alert(1)' },
    };
    for (const [what, over] of Object.entries(wrong)) {
      it(`refuses ${what}, without sending the browser anywhere`, async () => {
        const replies = [await open(over), await press({ account: 'ada' }, over)];
        assert.deepEqual(
          replies.map(({ status, headers }) => [status, headers.get('location')]),
          [
            [400, null],
            [400, null],
          ],
        );
      });
    }

    it('accepts a redirect URI that was registered', async () => {
      await simulator.close();
      await begin({ redirectUris: ['https://headgate.example/oauth/callback'] });
      const reply = await press({ account: 'ada' }, { redirect_uri: 'https://headgate.example/oauth/callback' });
      assert.equal(backAt(reply).host, 'headgate.example');
    });
  });

  it('approves for a test only what it would approve for a person', () => {
    assert.throws(() => simulator.approve(authorizeUrl(simulator, { code_challenge_method: 'plain' }), 'ada'), /PKCE/);
    assert.throws(() => simulator.approve(authorizeUrl(simulator), 'bob'), /no simulated account "bob"/);
  });
});
