import assert from 'node:assert/strict';
import type { TokenFaultInput } from '../../../src/simulator/faults/fault-script.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { ask, askTokens, authorizeUrl, eventually, refreshWith, STATE, VERIFIER } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

describe('the token endpoint of the simulator', () => {
  let now = NOW;
  let simulator: Simulator;
  const begin = async (options: SimulatorOptions = {}) => {
    now = NOW;
    simulator = await createSimulator({ now: () => now, ...options });
    for (const name of ['ada', 'bob']) simulator.addAccount({ name });
  };
  const again = async (options: SimulatorOptions) => {
    await simulator.close();
    await begin(options);
  };
  beforeEach(() => begin());
  afterEach(() => simulator.close());

  const serves = async (token: string) => (await ask(simulator, token)).status === 200;
  const refresh = (token: string) => refreshWith(simulator, token);
  const outcomes = () => simulator.books.tokens.map(({ outcome }) => outcome);

  describe('rotation', () => {
    it('gives a new pair for a refresh token, and leaves the old access token its life', async () => {
      const first = simulator.issueTokens('ada');
      const { status, body } = await refresh(first.refreshToken);
      assert.equal(status, 200);
      assert.notEqual(body.refresh_token, first.refreshToken);
      assert.deepEqual([await serves(body.access_token), await serves(first.accessToken)], [true, true]);
    });

    it('goes on with every new refresh token', async () => {
      let token = simulator.issueTokens('ada').refreshToken;
      for (let turn = 0; turn < 3; turn += 1) token = (await refresh(token)).body.refresh_token;
      assert.deepEqual(
        simulator.books.tokens.map(({ generation }) => generation),
        [2, 3, 4],
      );
    });

    it('revokes everything of the login when a used token comes again', async () => {
      const first = simulator.issueTokens('ada');
      const { body } = await refresh(first.refreshToken);
      const reuse = await refresh(first.refreshToken);
      const after = await refresh(body.refresh_token);
      assert.deepEqual([reuse.status, reuse.body.error, after.body.error], [400, 'invalid_grant', 'invalid_grant']);
      assert.deepEqual([await serves(body.access_token), await serves(first.accessToken)], [false, false]);
    });

    it('leaves other logins of the account alone', async () => {
      const [one, other] = [simulator.issueTokens('ada'), simulator.issueTokens('ada')];
      await refresh(one.refreshToken);
      await refresh(one.refreshToken);
      assert.equal((await refresh(other.refreshToken)).status, 200);
    });

    it('answers a used token with the same pair within the grace, and revokes after it', async () => {
      await again({ reuseGraceMs: MINUTE });
      const { refreshToken } = simulator.issueTokens('ada');
      const first = await refresh(refreshToken);
      now += MINUTE - 1;
      const within = await refresh(refreshToken);
      now += 1;
      const late = await refresh(refreshToken);
      assert.deepEqual(
        [within.body.access_token, within.body.refresh_token],
        [first.body.access_token, first.body.refresh_token],
      );
      assert.deepEqual(
        [late.status, outcomes(), simulator.books.refreshes('ada')],
        [400, ['committed', 'repeated', 'invalid_grant'], 1],
      );
    });

    it('knows no token that it did not make', async () => {
      const { status, body } = await refresh('sim-rt-made-up');
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    });
  });

  describe('the life of an access token', () => {
    it('is as long as told, and shown in expires_in', async () => {
      await again({ accessTokenTtlMs: 5 * MINUTE });
      const { body } = await refresh(simulator.issueTokens('ada').refreshToken);
      now += 5 * MINUTE - 1;
      const before = await serves(body.access_token);
      now += 1;
      assert.deepEqual([body.expires_in, before, await serves(body.access_token)], [300, true, false]);
    });

    it('can be ended at once, for one account, leaving its refresh token good', async () => {
      const [ada, bob] = [simulator.issueTokens('ada'), simulator.issueTokens('bob')];
      const fixed = simulator.issueStaticToken('ada');
      simulator.expireAccessTokens('ada');
      assert.deepEqual([await serves(ada.accessToken), await serves(bob.accessToken), await serves(fixed)], [false, true, true]);
      assert.equal((await refresh(ada.refreshToken)).status, 200);
    });

    it('ends with everything else of an account that is revoked', async () => {
      const [ada, bob] = [simulator.issueTokens('ada'), simulator.issueTokens('bob')];
      const fixed = simulator.issueStaticToken('ada');
      simulator.revoke('ada');
      assert.deepEqual([await serves(ada.accessToken), await serves(fixed), await serves(bob.accessToken)], [false, false, true]);
      assert.equal((await refresh(ada.refreshToken)).body.error, 'invalid_grant');
    });
  });

  describe('a request', () => {
    const refusals: Readonly<Record<string, [Readonly<Record<string, unknown>>, number, string]>> = {
      'of an unknown client': [{ grant_type: 'refresh_token', client_id: 'x' }, 401, 'invalid_client'],
      'for an unknown grant': [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
      'for no grant': [{}, 400, 'invalid_request'],
      'without refresh token': [{ grant_type: 'refresh_token' }, 400, 'invalid_request'],
      'whose refresh token is no text': [{ grant_type: 'refresh_token', refresh_token: 7 }, 400, 'invalid_request'],
      'without code': [{ grant_type: 'authorization_code', state: STATE }, 400, 'invalid_request'],
    };
    for (const [what, [parameters, status, error]] of Object.entries(refusals)) {
      it(`${what} is ${error}`, async () => {
        const answer = await askTokens(simulator, parameters);
        assert.deepEqual([answer.status, answer.body.error, outcomes()], [status, error, [error]]);
      });
    }

    const send = (contentType: string, body: string) =>
      fetch(`${simulator.url}/v1/oauth/token`, { method: 'POST', headers: { 'content-type': contentType }, body });
    const bodies = {
      json: (token: string) =>
        send(
          'application/json; charset=utf-8',
          JSON.stringify({ grant_type: 'refresh_token', client_id: simulator.clientId, refresh_token: token }),
        ),
      form: (token: string) =>
        send(
          'application/x-www-form-urlencoded',
          new URLSearchParams({ grant_type: 'refresh_token', client_id: simulator.clientId, refresh_token: token }).toString(),
        ),
    };
    for (const [format, expected] of [
      ['json', { json: 200, form: 415 }],
      ['form', { json: 415, form: 200 }],
      ['both', { json: 200, form: 200 }],
    ] as const) {
      it(`is read as ${format} when that is what is wanted`, async () => {
        await again({ tokenRequestFormat: format });
        const statuses = {
          json: (await bodies.json(simulator.issueTokens('ada').refreshToken)).status,
          form: (await bodies.form(simulator.issueTokens('ada').refreshToken)).status,
        };
        assert.deepEqual(statuses, expected);
      });
    }

    it('that is no JSON is invalid', async () => {
      assert.equal((await send('application/json', '{"grant_type":')).status, 400);
    });

    it('is made by POST', async () => {
      assert.equal((await fetch(`${simulator.url}/v1/oauth/token`)).status, 405);
    });

    it('is answered with what must not be stored', async () => {
      const { headers } = await refresh(simulator.issueTokens('ada').refreshToken);
      assert.equal(headers.get('cache-control'), 'no-store');
    });
  });

  describe('a fault', () => {
    const withFault = (fault: TokenFaultInput) => {
      simulator.tokenFault(fault);
      return refresh(simulator.issueTokens('ada').refreshToken);
    };

    it('strikes as often as told, and then no more', async () => {
      simulator.tokenFault({ kind: 'status', status: 503, times: 2 });
      const statuses: number[] = [];
      for (let turn = 0; turn < 3; turn += 1) statuses.push((await refresh(simulator.issueTokens('ada').refreshToken)).status);
      assert.deepEqual(statuses, [503, 503, 200]);
    });

    it('strikes until it is cleared', async () => {
      simulator.tokenFault({ kind: 'status', status: 503, times: null });
      const { refreshToken } = simulator.issueTokens('ada');
      const statuses = [(await refresh(refreshToken)).status, (await refresh(refreshToken)).status];
      simulator.clearFaults();
      assert.deepEqual([...statuses, (await refresh(refreshToken)).status], [503, 503, 200]);
    });

    it('strikes only the account and the grant that it is meant for', async () => {
      simulator.tokenFault({ kind: 'status', status: 503, account: 'bob', grant: 'refresh_token', times: null });
      const { code } = simulator.approve(authorizeUrl(simulator), 'bob');
      const redirect_uri = `${simulator.url}/oauth/code/callback`;
      const login = { grant_type: 'authorization_code', code, code_verifier: VERIFIER, redirect_uri, state: STATE };
      const answers = [
        await refresh(simulator.issueTokens('ada').refreshToken),
        await askTokens(simulator, login),
        await refresh(simulator.issueTokens('bob').refreshToken),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 503],
      );
    });

    it('of one account can be cleared alone', async () => {
      for (const account of ['ada', 'bob']) simulator.tokenFault({ kind: 'status', status: 503, account });
      simulator.clearFaults('ada');
      const answers = [
        await refresh(simulator.issueTokens('ada').refreshToken),
        await refresh(simulator.issueTokens('bob').refreshToken),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 503],
      );
    });

    it('can be a throttle', async () => {
      const { status, headers } = await withFault({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
      assert.deepEqual([status, headers.get('retry-after')], [429, '7']);
    });

    it("can be an error of the API's shape", async () => {
      const { status, text } = await withFault({ kind: 'status', status: 401 });
      assert.equal(status, 401);
      assert.match(text, /^\{"type":"error","error":\{"type":"api_error"/);
    });

    it('can be a page of HTML', async () => {
      const html = { 'content-type': 'text/html' };
      const { status, headers, text } = await withFault({
        kind: 'status',
        status: 500,
        headers: html,
        body: '<html>oops</html>',
      });
      assert.deepEqual([status, headers.get('content-type'), text], [500, 'text/html', '<html>oops</html>']);
    });

    it('can ask for credentials of another kind', async () => {
      const { status, headers } = await withFault({ kind: 'other_credentials' });
      assert.deepEqual([status, headers.get('www-authenticate')], [401, 'Basic realm="tokens"']);
    });

    for (const [kind, field] of [
      ['no_token_type', 'token_type'],
      ['no_refresh_token', 'refresh_token'],
      ['no_expires_in', 'expires_in'],
    ] as const) {
      it(`can leave out ${field}, and nothing else`, async () => {
        const whole = Object.keys((await refresh(simulator.issueTokens('ada').refreshToken)).body);
        const { status, body } = await withFault({ kind });
        assert.deepEqual([status, Object.keys(body)], [200, whole.filter((name) => name !== field)]);
      });
    }

    it('can be an answer that is no JSON, after the rotation', async () => {
      const { status, text } = await withFault({ kind: 'bad_json' });
      assert.deepEqual([status, text, outcomes()], [200, '{"access_token":', ['committed']]);
    });

    it('can reset the connection before anything has happened', async () => {
      const { refreshToken } = simulator.issueTokens('ada');
      simulator.tokenFault({ kind: 'reset_before' });
      await assert.rejects(refresh(refreshToken));
      assert.deepEqual([outcomes(), (await refresh(refreshToken)).status], [['fault'], 200]);
    });

    it('can reset the connection after the rotation, so that only the books know of it', async () => {
      const { refreshToken } = simulator.issueTokens('ada');
      simulator.tokenFault({ kind: 'reset_after' });
      await assert.rejects(refresh(refreshToken));
      const entry = simulator.books.tokens[0];
      assert.deepEqual([entry?.outcome, entry?.replied, simulator.books.refreshes('ada')], ['committed', false, 1]);
      assert.equal((await refresh(refreshToken)).body.error, 'invalid_grant');
    });

    it('can delay, and then answer well', async () => {
      const began = performance.now();
      const { status } = await withFault({ kind: 'delay', ms: 30 });
      assert.ok(performance.now() - began >= 29);
      assert.equal(status, 200);
    });

    for (const [kind, committed] of [
      ['hang', 0],
      ['hang_after', 1],
    ] as const) {
      it(`can hold the answer until it is released: ${kind}`, async () => {
        const answer = withFault({ kind });
        await eventually(() => simulator.books.tokens.some(({ outcome }) => outcome !== 'open'));
        const whileHeld = simulator.books.refreshes('ada');
        await eventually(() => simulator.release() === 1);
        assert.deepEqual([whileHeld, (await answer).status, simulator.books.refreshes('ada')], [committed, 200, 1]);
      });
    }

    it('that holds commits nothing for a client that is gone', async () => {
      const { refreshToken } = simulator.issueTokens('ada');
      simulator.tokenFault({ kind: 'hang' });
      const gone = new AbortController();
      const answer = fetch(`${simulator.url}/v1/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant_type: 'refresh_token', client_id: simulator.clientId, refresh_token: refreshToken }),
        signal: gone.signal,
      });
      await eventually(() => outcomes().includes('fault'));
      gone.abort();
      await assert.rejects(answer);
      assert.equal((await refresh(refreshToken)).status, 200);
      assert.equal(simulator.release(), 0);
    });

    it('is refused when nobody knows it', () => {
      assert.throws(() => simulator.tokenFault({ kind: 'explode' } as unknown as TokenFaultInput));
      assert.throws(() => simulator.tokenFault({ kind: 'hang', tims: 2 } as unknown as TokenFaultInput));
    });
  });

  it('lets a test act at every stage of a request', async () => {
    const stages: string[] = [];
    await again({
      onTokenStage: async (stage, grant) => {
        stages.push(`${grant} ${stage}, ${simulator.books.refreshes('ada')} committed`);
      },
    });
    await refresh(simulator.issueTokens('ada').refreshToken);
    await eventually(() => stages.length === 3);
    assert.deepEqual(stages, [
      'refresh_token received, 0 committed',
      'refresh_token committed, 1 committed',
      'refresh_token replied, 1 committed',
    ]);
  });

  it('writes down which login a token was of, and why it was refused', async () => {
    const { refreshToken } = simulator.issueTokens('ada');
    await refresh(refreshToken);
    await refresh(refreshToken);
    const [first, second] = simulator.books.tokenRequests('ada');
    assert.match(first?.family ?? '', /^family-/);
    assert.equal(second?.family, first?.family);
    assert.deepEqual([first?.reason, second?.reason], [null, 'refresh token: reused']);
  });
});
