/** Adding an account by its owner's approval, from the first address to the account in the pool. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createLoginFlow } from '../../../src/oauth/login-flow.ts';
import { MINUTE, NOW } from '../../support/builders.ts';
import { type TokenWorld, tokenWorld } from '../../support/token-world.ts';

const BY_A_PERSON = { summary: 'by a person' };

describe('a login', () => {
  let world: TokenWorld;

  beforeEach(async () => {
    world = await tokenWorld();
    world.simulator.addAccount({ name: 'ada' });
  });
  afterEach(() => world.close());

  const begin = async (intent = {}) => {
    const start = await world.logins.begin(intent);
    if (start.kind !== 'started') throw new Error(start.kind);
    return start;
  };
  const approved = async (intent = {}) => {
    const start = await begin(intent);
    return { ...start, ...world.simulator.approve(start.authorizationUrl, 'ada') };
  };
  const exchanges = () => world.simulator.books.tokens.map(({ outcome }) => outcome);

  it('begins with an address that carries everything but the verifier', async () => {
    const { authorizationUrl, state, expiresAt } = await begin();
    const query = Object.fromEntries(new URL(authorizationUrl).searchParams);
    const { code_challenge: challenge, ...rest } = query;
    assert.match(challenge ?? '', /^[\w-]{43}$/);
    assert.match(state, /^[\w-]{43}$/);
    assert.equal(expiresAt, NOW + 10 * MINUTE);
    assert.deepEqual(rest, {
      code: 'true',
      response_type: 'code',
      client_id: world.settings.clientId,
      redirect_uri: world.settings.redirectUri,
      scope: 'user:profile user:inference',
      code_challenge_method: 'S256',
      state,
    });
  });

  it('asks for no page with a code when the browser can come back to this server', async () => {
    world.configure({ redirectUri: 'http://127.0.0.1:4000/oauth/callback' });
    assert.equal(new URL((await begin()).authorizationUrl).searchParams.get('code'), null);
  });

  it('names the organisation that it is meant for', async () => {
    const { authorizationUrl } = await begin({ organizationUuid: 'uuid-org' });
    assert.equal(new URL(authorizationUrl).searchParams.get('orgUUID'), 'uuid-org');
  });

  it('has a state and a challenge of its own', async () => {
    const urls = [await begin(), await begin()].map(({ authorizationUrl }) => new URL(authorizationUrl).searchParams);
    assert.equal(new Set(urls.map((query) => query.get('state'))).size, 2);
    assert.equal(new Set(urls.map((query) => query.get('code_challenge'))).size, 2);
  });

  it('cannot begin without a client id', async () => {
    world.configure({ clientId: undefined });
    const start = await world.logins.begin({});
    assert.equal(start.kind, 'not_configured');
    assert.match(start.kind === 'not_configured' ? start.message : '', /oauth\.client_id/);
  });

  const pastes: Readonly<
    Record<string, (login: { code: string; state: string; redirectUrl: string }) => { code: string; state?: string }>
  > = {
    'code#state alone': ({ code, state }) => ({ code: `${code}#${state}` }),
    'code#state beside its state': ({ code, state }) => ({ code: `${code}#${state}`, state }),
    'a wrapped paste': ({ code, state }) => ({ code: ` ${code.slice(0, 5)}\n${code.slice(5)}#${state}\r\n` }),
    'a plain code and the state': ({ code, state }) => ({ code, state }),
    'the whole address of the return': ({ redirectUrl }) => ({ code: redirectUrl }),
  };
  for (const [name, paste] of Object.entries(pastes)) {
    it(`ends well with ${name}`, async () => {
      const end = await world.logins.finish(paste(await approved()));
      assert.equal(end.kind === 'granted' && end.grant.identity.email, 'ada@example.test');
    });
  }

  it('exchanges with the verifier that belongs to the challenge', async () => {
    const seen: { verifier: string; challenge: string }[] = [];
    const { endpoint } = world;
    const spying = createLoginFlow({
      settings: () => world.settings,
      now: world.time.now,
      endpoint: {
        exchange(login) {
          seen.push({ verifier: login.verifier, challenge: createHash('sha256').update(login.verifier).digest('base64url') });
          return endpoint.exchange(login);
        },
      },
    });
    const start = await spying.begin({});
    if (start.kind !== 'started') throw new Error(start.kind);
    const { code, state } = world.simulator.approve(start.authorizationUrl, 'ada');
    await spying.finish({ code, state });
    assert.match(seen[0]?.verifier ?? '', /^[\w.~-]{43,128}$/);
    assert.equal(seen[0]?.challenge, new URL(start.authorizationUrl).searchParams.get('code_challenge'));
  });

  it('tells which of the scopes that it asked for were not granted', async () => {
    const withheldFrom = async (scope?: string) => {
      const grant = { token_type: 'Bearer', access_token: 'made-up', refresh_token: 'made-up-too', scope };
      world.simulator.tokenFault({ kind: 'status', status: 200, body: JSON.stringify(grant) });
      const { code, state } = await approved();
      const end = await world.logins.finish({ code, state });
      return end.kind === 'granted' ? end.withheld : end;
    };
    assert.deepEqual(await withheldFrom('user:profile extra'), ['user:inference']);
    assert.deepEqual(await withheldFrom('user:inference user:profile'), []);
    assert.deepEqual(await withheldFrom(), []);
  });

  it('remembers what it is for', async () => {
    const { code, state } = await approved({ name: 'work', accountId: 'acc_7' });
    const end = await world.logins.finish({ code, state });
    assert.deepEqual(end.kind === 'granted' && end.intent, { name: 'work', accountId: 'acc_7' });
  });

  it('can be finished after a mistyped code', async () => {
    const { code, state } = await approved();
    const mistyped = await world.logins.finish({ code: 'mistyped', state });
    const end = await world.logins.finish({ code, state });
    assert.deepEqual([mistyped.kind, end.kind], ['wrong_code', 'granted']);
  });

  it('can be finished after the authorization server had an accident', async () => {
    const { code, state } = await approved();
    world.simulator.tokenFault({ kind: 'status', status: 503 });
    const accident = await world.logins.finish({ code, state });
    assert.deepEqual([accident.kind, (await world.logins.finish({ code, state })).kind], ['unavailable', 'granted']);
  });

  it('tells a refusal of Headgate from a refusal of the code', async () => {
    const { code, state } = await approved();
    world.simulator.tokenFault({ kind: 'other_credentials' });
    assert.equal((await world.logins.finish({ code, state })).kind, 'refused');
  });

  it('says so when the owner did not approve', async () => {
    const { state } = await begin();
    const end = await world.logins.finish({ code: `${world.settings.redirectUri}?error=access_denied&state=${state}` });
    assert.deepEqual(
      [end.kind, end.kind === 'refused' && end.message],
      ['refused', 'The authorization page answered access_denied.'],
    );
  });

  it('does not accept a state that it did not give out, and makes no call', async () => {
    const { code } = await approved();
    const ends = [
      await world.logins.finish({ code, state: 'x'.repeat(43) }),
      await world.logins.finish({ code: `${code}#${'x'.repeat(43)}` }),
      await world.logins.finish({ code }),
    ].map(({ kind }) => kind);
    assert.deepEqual([ends, exchanges()], [['unknown_state', 'unknown_state', 'unknown_state'], []]);
  });

  it('does not accept a pasted state that is of another login', async () => {
    const [one, other] = [await approved(), await approved()];
    const end = await world.logins.finish({ code: `${one.code}#${one.state}`, state: other.state });
    assert.deepEqual([end.kind, exchanges()], ['unknown_state', []]);
  });

  it('asks again for an empty code', async () => {
    const { state } = await begin();
    assert.equal((await world.logins.finish({ code: ' ', state })).kind, 'wrong_code');
  });

  it('ends after ten minutes', async () => {
    const { code, state } = await approved();
    await world.time.advance(10 * MINUTE);
    assert.equal((await world.logins.finish({ code, state })).kind, 'unknown_state');
  });

  it('makes one exchange of simultaneous submissions, and one account', async () => {
    const { code, state } = await approved();
    const submit = async () => {
      const end = await world.logins.finish({ code, state });
      return end.kind === 'granted' ? (await world.enrollment.enrollGrant(end, BY_A_PERSON)).account.id : end.kind;
    };
    const [one, other] = await Promise.all([submit(), submit()]);
    assert.deepEqual([one === other, exchanges(), world.pool.list().length], [true, ['committed'], 1]);
  });

  it('is used up once its grant is in the pool', async () => {
    const { code, state } = await approved();
    const end = await world.logins.finish({ code, state });
    if (end.kind === 'granted') await world.enrollment.enrollGrant(end, BY_A_PERSON);
    assert.equal((await world.logins.finish({ code, state })).kind, 'unknown_state');
  });

  it('takes no other code once it has its grant', async () => {
    const { code, state } = await approved();
    await world.logins.finish({ code, state });
    assert.deepEqual([(await world.logins.finish({ code: 'other', state })).kind, exchanges()], ['unknown_state', ['committed']]);
  });

  it('comes back to an address with a query of its own', async () => {
    world.configure({ redirectUri: 'http://127.0.0.1:4000/oauth/callback?from=headgate' });
    const { redirectUrl } = await approved();
    assert.equal((await world.logins.finish({ code: redirectUrl })).kind, 'granted');
  });

  it('keeps a grant that found no place yet, so that the spent code is not lost', async () => {
    const { code, state } = await approved();
    const first = await world.logins.finish({ code, state });
    assert.deepEqual([await world.logins.finish({ code, state }), exchanges()], [first, ['committed']]);
  });

  it('gives an account that serves, and that refreshes itself', async () => {
    const { code, state } = await approved();
    const end = await world.logins.finish({ code, state });
    if (end.kind !== 'granted') throw new Error(end.kind);
    const { account } = await world.enrollment.enrollGrant(end, BY_A_PERSON);
    await world.time.advance(8 * 60 * MINUTE);
    const answer = await world.tokens.ensureFresh(account.id);
    assert.equal(answer.kind === 'usable' && answer.generation, 2);
  });
});
