import assert from 'node:assert/strict';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

const streamed = { ...aMessage, stream: true };

describe('failover inside one request', () => {
  let world: World;
  let ids: Record<string, string>;
  beforeEach(async () => {
    world = await startWorld();
    ids = { one: await world.addAccount('one'), two: await world.addAccount('two') };
  });
  afterEach(() => Promise.all([world, ...others.splice(0)].map((one) => one.stop())));

  /** For a test that needs it otherwise. */
  const others: World[] = [];
  const anotherWorld = async (options: Parameters<typeof startWorld>[0]): Promise<World> => {
    const other = await startWorld(options);
    others.push(other);
    return other;
  };

  const served = () => world.simulator.books.api.filter(({ status }) => status === 200).map(({ account }) => account);
  const status = async (name: string) => (await world.statusOf(ids[name] ?? '')).status;

  it('steps around an account whose quota is used up, and remembers until when', async () => {
    world.simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
    const reply = await world.ask();
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('x-headgate-account'), 'two');
    assert.equal(reply.headers.get('x-headgate-attempts'), '2');
    const account = await world.statusOf(ids['one'] ?? '');
    assert.equal(account.status, 'rate_limited');
    const waitMs = Date.parse(account.rate_limited_until) - Date.now();
    assert.ok(waitMs > 3_500_000 && waitMs <= 3_600_000, String(waitMs));
  });

  it('does not ask a limited account again before its reset', async () => {
    world.simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
    for (let i = 0; i < 5; i += 1) assert.equal((await world.ask()).status, 200);
    assert.equal(world.simulator.books.requests('one').length, 1);
  });

  it('steps around an account whose login was revoked, and asks for a person', async () => {
    world.simulator.revoke('one');
    for (let i = 0; i < 2; i += 1) assert.equal((await world.ask()).status, 200);
    assert.equal(await status('one'), 'invalid');
    assert.match((await world.statusOf(ids['one'] ?? '')).status_reason, /Authorize it again/);
  });

  it('refreshes a token that the upstream refuses, and serves from the same account', async () => {
    world.simulator.expireAccessTokens('one');
    const reply = await world.ask();
    assert.equal(reply.headers.get('x-headgate-account'), 'one');
    assert.equal(world.simulator.books.refreshes('one'), 1);
  });

  it('fails over when the first event of a stream is an error, unseen by the client', async () => {
    world.simulator.fault('one', { action: { kind: 'first_event_error', type: 'rate_limit_error', pingFirst: true } });
    const text = await (await world.ask({ body: streamed })).text();
    assert.match(text, /message_stop/);
    assert.doesNotMatch(text, /event: error/);
    assert.equal((text.match(/event: message_start/g) ?? []).length, 1);
  });

  it('retries an overloaded upstream on the same account, and marks nobody', async () => {
    world.simulator.fault('one', { action: { kind: 'overloaded' } });
    assert.equal((await world.ask()).headers.get('x-headgate-account'), 'one');
    assert.deepEqual([await status('one'), await status('two')], ['active', 'active']);
  });

  it('passes an overloaded upstream on, byte for byte, when it stays so', async () => {
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'overloaded' }, times: null });
    const reply = await world.ask();
    assert.equal(reply.status, 529);
    assert.equal(((await reply.json()) as { error: { message: string } }).error.message, 'Overloaded');
    assert.equal(world.simulator.books.api.length, 3);
  });

  it('takes a crash of the upstream to another account', async () => {
    world.simulator.fault('one', { action: { kind: 'server_error', status: 500 } });
    assert.equal((await world.ask()).headers.get('x-headgate-account'), 'two');
    assert.equal(await status('one'), 'active');
  });

  it('stops when two accounts crash alike', async () => {
    for (const name of ['one', 'two'])
      world.simulator.fault(name, { action: { kind: 'server_error', status: 502 }, times: null });
    assert.equal((await world.ask()).status, 502);
    assert.equal(world.simulator.books.api.length, 2);
  });

  it("leaves the client's own mistakes alone", async () => {
    const reply = await world.ask({ body: { model: 'claude-sonnet-5' } });
    assert.equal(reply.status, 400);
    assert.match(await reply.text(), /messages: Field required/);
    assert.equal(world.simulator.books.api.length, 1);
  });

  it('passes a refused thinking signature on byte for byte, and keeps the conversation where it is', async () => {
    const refusal =
      '{"type":"error", "error":{"type":"invalid_request_error","message":"messages.1: Invalid `signature` in `thinking` block"}}';
    const turn = () => world.ask({ headers: { 'x-claude-code-session-id': 'a' } });
    const home = (await turn()).headers.get('x-headgate-account') ?? '';
    world.simulator.fault(home, { action: { kind: 'status', status: 400, body: refusal } });
    const refused = await turn();
    assert.deepEqual([refused.status, await refused.text()], [400, refusal]);
    assert.equal((await turn()).headers.get('x-headgate-account'), home);
    assert.equal(world.simulator.books.api.length, 3);
  });

  it('benches an account that is told to be unusable, and condemns it only at a second time after that', async () => {
    let now = Date.now();
    const later = await anotherWorld({ now: () => now++ });
    const id = await later.addAccount('one');
    await later.addAccount('two');
    const message = 'OAuth authentication is currently not allowed for this organization.';
    later.simulator.fault('one', { action: { kind: 'status', status: 403, type: 'permission_error', message }, times: null });
    for (let i = 0; i < 4; i += 1) assert.equal((await later.ask()).headers.get('x-headgate-account'), 'two');
    assert.equal((await later.statusOf(id)).status, 'rate_limited');
    assert.equal(later.simulator.books.requests('one').length, 1);
    now += 5 * 60_000 + 1;
    for (let i = 0; i < 2; i += 1) assert.equal((await later.ask()).headers.get('x-headgate-account'), 'two');
    assert.equal((await later.statusOf(id)).status, 'invalid');
  });

  it('confirms a bare 429 when a sibling serves: the account rests for the default time', async () => {
    world.simulator.fault('one', { action: { kind: 'bare_429' } });
    assert.equal((await world.ask()).status, 200);
    const account = await world.statusOf(ids['one'] ?? '');
    assert.equal(account.status, 'rate_limited');
    assert.ok(Date.parse(account.rate_limited_until) - Date.now() > 3_500_000);
  });

  it('takes a bare 429 back when a sibling says the same, and passes it on', async () => {
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'bare_429' }, times: null });
    assert.equal((await world.ask()).status, 429);
    assert.deepEqual([await status('one'), await status('two')], ['active', 'active']);
  });

  it('benches an account that answers 401 with a fresh token, and condemns it only at a second one after that', async () => {
    let now = Date.now();
    const later = await anotherWorld({ now: () => now++ });
    const id = await later.addAccount('one');
    await later.addAccount('two');
    later.simulator.fault('one', { action: { kind: 'unauthorized' }, times: null });
    assert.equal((await later.ask()).headers.get('x-headgate-account'), 'two');
    assert.equal((await later.statusOf(id)).status, 'rate_limited');
    now += 5 * 60_000 + 1;
    for (let i = 0; i < 2; i += 1) await later.ask();
    assert.equal((await later.statusOf(id)).status, 'invalid');
  });

  it('marks nobody when every account answers 401, and tells the client not to retry', async () => {
    for (const name of ['one', 'two']) world.simulator.fault(name, { action: { kind: 'unauthorized' }, times: null });
    const reply = await world.ask();
    assert.deepEqual([reply.status, reply.headers.get('x-should-retry')], [401, 'false']);
    assert.deepEqual([await status('one'), await status('two')], ['active', 'active']);
  });

  it('never follows a redirect', async () => {
    world.simulator.fault('one', {
      action: { kind: 'status', status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' },
    });
    const reply = await world.ask();
    assert.deepEqual([reply.status, reply.headers.get('location')], [502, null]);
  });

  it('leaves a connection that broke after sending to the client', async () => {
    world.simulator.fault('one', { action: { kind: 'reset' } });
    // A fresh connection, since a pooled one that breaks is a different case.
    const reply = await world.ask();
    assert.deepEqual([reply.status, reply.headers.get('x-should-retry')], [502, 'true']);
    assert.equal(world.simulator.books.api.length, 1);
  });

  it('repeats such a request once where it was configured to', async () => {
    const bold = await anotherWorld({ accounts: ['one'], config: { retry: { ambiguous: true } } });
    bold.simulator.fault('one', { action: { kind: 'reset' }, times: 3 });
    assert.equal((await bold.ask()).status, 502);
    assert.equal(bold.simulator.books.api.length, 2);
    assert.equal((await bold.ask()).status, 200);
    assert.equal(bold.simulator.books.api.length, 4);
  });

  it('replaces a kept connection that turns out to be closed, unseen by the client', async () => {
    const lonely = await anotherWorld({ accounts: ['one'] });
    await (await lonely.ask()).text();
    lonely.simulator.fault('one', { action: { kind: 'reset' } });
    const reply = await lonely.ask();
    assert.deepEqual([reply.status, reply.headers.get('x-headgate-attempts')], [200, '2']);
  });

  it('spreads requests without a conversation evenly', async () => {
    for (let i = 0; i < 10; i += 1) await (await world.ask()).text();
    assert.equal(served().filter((name) => name === 'one').length, 5);
  });

  it('keeps every conversation on its own account', async () => {
    const session = (id: string) => world.ask({ headers: { 'x-claude-code-session-id': id } });
    for (let i = 0; i < 4; i += 1) for (const id of ['a', 'b', 'c']) await (await session(id)).text();
    for (const id of ['a', 'b', 'c']) {
      const accounts = world.simulator.books.api.filter(({ sessionId }) => sessionId === id).map(({ account }) => account);
      assert.equal(new Set(accounts).size, 1, `${id}: ${accounts}`);
    }
  });

  it('moves a conversation whose account is used up, once', async () => {
    const ask = () => world.ask({ headers: { 'x-claude-code-session-id': 'a' } });
    await ask();
    world.simulator.fault('one', { action: { kind: 'quota_rejected' }, times: null });
    for (let i = 0; i < 3; i += 1) assert.equal((await ask()).headers.get('x-headgate-account'), 'two');
    assert.equal(world.simulator.books.requests('one').length, 2);
  });
});
