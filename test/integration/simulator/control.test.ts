import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { serveControl } from '../../../src/simulator/control.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { ask, authorizeUrl, eventually, refreshWith, STATE } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('the control surface of the simulator', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await createSimulator({ now: () => NOW });
  });
  afterEach(() => simulator.close());

  const order = async (what: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const reply = await fetch(`${simulator.url}/_simulator/${what}`, {
      method: 'POST',
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: (await reply.json()) as Readonly<Record<string, string>> };
  };
  const done = async (what: string, body?: unknown) => {
    const answer = await order(what, body);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
  };
  const ada = { account: 'ada' };
  const begin = () => done('accounts', { name: 'ada' });
  const aToken = async () => (await done('tokens', ada))['accessToken'] ?? '';
  const statusWith = async (token: string) => (await ask(simulator, token)).status;

  it('adds an account', async () => {
    const answer = await done('accounts', { name: 'ada', email: 'ada@example.test', quota: { '5h': 1 } });
    const { uuid, organizationUuid } = simulator.accounts()[0] ?? {};
    assert.deepEqual(answer, { name: 'ada', uuid, email: 'ada@example.test', organizationUuid });
    const token = await aToken();
    assert.deepEqual([await statusWith(token), await statusWith(token)], [200, 429]);
  });

  it('hands out credentials of every kind', async () => {
    await begin();
    const { refreshToken = '', accessToken = '' } = await done('tokens', ada);
    const { token = '' } = await done('static-token', ada);
    const { key = '' } = await done('api-key', ada);
    const byKey = await ask(simulator, '', { headers: { authorization: undefined, 'x-api-key': key } });
    assert.deepEqual([await statusWith(accessToken), await statusWith(token), byKey.status], [200, 200, 200]);
    assert.equal((await refreshWith(simulator, refreshToken)).status, 200);
  });

  it('approves a login', async () => {
    await begin();
    const { code, state, redirectUrl = '' } = await done('approve', { ...ada, url: authorizeUrl(simulator) });
    assert.equal(state, STATE);
    assert.equal(new URL(redirectUrl).searchParams.get('code'), code);
  });

  it('scripts faults, and clears them', async () => {
    await begin();
    const token = await aToken();
    await done('fault', { ...ada, action: { kind: 'overloaded' }, times: null });
    const struck = await statusWith(token);
    await done('clear-faults', ada);
    const cleared = await statusWith(token);
    await done('token-fault', { kind: 'status', status: 503, times: null });
    const { refreshToken = '' } = await done('tokens', ada);
    const refused = await refreshWith(simulator, refreshToken);
    await done('clear-faults');
    assert.deepEqual(
      [struck, cleared, refused.status, (await refreshWith(simulator, refreshToken)).status],
      [529, 200, 503, 200],
    );
  });

  it('releases what is held', async () => {
    await begin();
    await done('fault', { ...ada, action: { kind: 'hang' } });
    const held = ask(simulator, await aToken());
    await eventually(() => simulator.books.api.length === 1);
    let released = 0;
    while (released === 0) released = Number((await done('release'))['released']);
    assert.deepEqual([released, (await held).status], [1, 200]);
  });

  it('ends access tokens, and revokes accounts', async () => {
    await begin();
    const [first, { refreshToken = '' }] = [await aToken(), await done('tokens', ada)];
    await done('expire', ada);
    const expired = await statusWith(first);
    await done('revoke', ada);
    assert.deepEqual([expired, (await refreshWith(simulator, refreshToken)).body.error], [401, 'invalid_grant']);
  });

  it('sets quotas', async () => {
    await begin();
    await done('quota', { ...ada, window: '5h', limit: 10, used: 10, resetAt: NOW + 60_000 });
    const reply = await ask(simulator, await aToken());
    assert.deepEqual([reply.status, reply.headers.get('retry-after')], [429, '60']);
  });

  it('queues what the model says', async () => {
    await begin();
    await done('reply', { blocks: [{ type: 'tool_use', name: 'Bash', input: { command: 'ls' } }] });
    const { content } = (await (await ask(simulator, await aToken())).json()) as { content: { name: string }[] };
    assert.equal(content[0]?.name, 'Bash');
  });

  it('shows the books, whole or of one account, and clears them', async () => {
    for (const name of ['ada', 'bob']) await done('accounts', { name });
    await ask(simulator, await aToken());
    const { refreshToken = '' } = await done('tokens', { account: 'bob' });
    await refreshWith(simulator, refreshToken);
    const count = (books: object) => Object.entries(books).map(([name, entries]) => [name, entries.length ?? entries]);
    assert.deepEqual(count(await done('books')), [
      ['api', 1],
      ['tokens', 1],
    ]);
    assert.deepEqual(count(await done('books', { account: 'bob' })), [
      ['api', 0],
      ['tokens', 1],
      ['refreshes', 1],
    ]);
    await done('clear-books');
    assert.deepEqual(count(await done('books')), [
      ['api', 0],
      ['tokens', 0],
    ]);
  });

  describe('takes a whole scene', () => {
    it('with accounts, faults and replies', async () => {
      await done('script', {
        accounts: [{ name: 'ada' }],
        faults: [{ account: 'ada', action: { kind: 'quota_rejected', reset: 60 } }],
        tokenFaults: [{ kind: 'status', status: 503 }],
        replies: [[{ type: 'text', text: 'As scripted.' }]],
      });
      const token = await aToken();
      const refused = await statusWith(token);
      const { content } = (await (await ask(simulator, token)).json()) as { content: { text: string }[] };
      assert.deepEqual([refused, content[0]?.text, (await refreshWith(simulator, 'x')).status], [429, 'As scripted.', 503]);
    });

    it('or nothing of it when something in it is wrong', async () => {
      const { status, body } = await order('script', { accounts: [{ name: 'ada' }], faults: [{ account: 'ada' }] });
      assert.equal(status, 400);
      assert.match(body['error'] ?? '', /action/);
      assert.equal(simulator.accounts().length, 0);
    });
  });

  describe('refuses', () => {
    const wrong: Readonly<Record<string, [string, unknown]>> = {
      'an account that is there': ['accounts', { name: 'ada' }],
      'an account without a name': ['accounts', {}],
      'a key that it does not know': ['accounts', { name: 'bob', colour: 'red' }],
      'an account that is not there': ['tokens', { account: 'nobody' }],
      'the revocation of nobody': ['revoke', { account: 'nobody' }],
      'the expiry of nobody': ['expire', { account: 'nobody' }],
      'a fault that nobody knows': ['fault', { account: 'ada', action: { kind: 'explode' } }],
      'an address that it would not approve': ['approve', { account: 'ada', url: 'http://127.0.0.1/oauth/authorize' }],
      'a window that there is not': ['quota', { account: 'ada', window: 'five_hour', used: 1 }],
      'a reply of nothing': ['reply', { blocks: [] }],
    };
    for (const [what, [path, body]] of Object.entries(wrong)) {
      it(`${what}, and says so`, async () => {
        await begin();
        const answer = await order(path, body);
        assert.equal(answer.status, 400);
        assert.ok(answer.body['error']);
      });
    }

    it('what is no JSON', async () => {
      const reply = await fetch(`${simulator.url}/_simulator/accounts`, { method: 'POST', body: '{' });
      assert.equal(reply.status, 400);
    });

    it('orders that there are not, and those that are not given by POST', async () => {
      const got = await fetch(`${simulator.url}/_simulator/books`);
      assert.deepEqual(
        [(await order('explode')).status, (await order('constructor')).status, (await order('')).status, got.status],
        [404, 404, 404, 404],
      );
    });

    it('pages of browsers', async () => {
      assert.equal((await order('accounts', { name: 'ada' }, { origin: 'http://evil.example' })).status, 403);
      assert.equal(simulator.accounts().length, 0);
    });

    for (const [address, status] of [
      ['192.0.2.7', 403],
      ['::ffff:192.0.2.7', 403],
      ['2001:db8::7', 403],
      ['127.0.0.9', 404],
      ['::1', 404],
      ['::ffff:127.0.0.1', 404],
    ] as const) {
      it(`${status === 403 ? 'another machine' : 'only what there is not for this machine'}: ${address}`, async () => {
        const req = new IncomingMessage(new Socket());
        Object.defineProperty(req.socket, 'remoteAddress', { value: address });
        const res = new ServerResponse(req);
        await serveControl(simulator, { req, res, what: 'explode' });
        assert.equal(res.statusCode, status);
      });
    }
  });
});
