/** Clients that use the running product: who they are, what they have running, and what becomes of one that is revoked. */
import assert from 'node:assert/strict';
import { type ClientSessionView, clientSessionListSchema, clientSessionSchema } from '../../../src/contract/sessions.ts';
import { faultsOf } from '../../support/admin-world.ts';
import { listenTo } from '../../support/event-consumer.ts';
import { openRaw, rawRequest } from '../../support/raw-client.ts';
import { aMessage, startWorld, type World, type WorldOptions } from '../../support/start-app.ts';

const MINUTE = 60_000;

describe('sessions', () => {
  let world: World;
  let now: number;
  afterEach(() => world.stop());

  const start = async (options: WorldOptions = {}) => {
    now = Date.parse('2026-11-24T12:00:00Z');
    world = await startWorld({ accounts: ['one'], now: () => now, ...options });
  };
  const list = async (query = '') => clientSessionListSchema.parse((await world.admin('GET', `/api/sessions${query}`)).body).data;
  const only = async (): Promise<ClientSessionView> => {
    const [session, ...others] = await list();
    assert.ok(session && others.length === 0);
    return session;
  };
  const reached = async (requests: number) => {
    while (world.simulator.books.api.length < requests) await new Promise((resolve) => setImmediate(resolve));
  };
  /** A request that hangs at the upstream until the simulator releases it. */
  const hanging = async (headers: Record<string, string> = {}) => {
    world.simulator.fault('one', { action: { kind: 'hang' } });
    const reply = world.ask({ headers });
    await reached(1);
    return { reply };
  };
  /** A stream of which the beginning has arrived. */
  const streaming = async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 3 } });
    const reply = await world.ask({ body: { ...aMessage, stream: true }, headers: { 'user-agent': 'claude-cli/2.1' } });
    const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    return reader;
  };

  it('show a client with its key, address, user agent and what it has running', async () => {
    await start();
    const reader = await streaming();
    now += 5000;
    const session = await only();
    assert.deepEqual([session.key?.name, session.address, session.user_agent], ['test', '127.0.0.1', 'claude-cli/2.1']);
    const [request, ...others] = session.running;
    assert.ok(request && others.length === 0);
    const { request_id, bytes_sent, ...facts } = request;
    assert.deepEqual(facts, {
      started_at: '2026-11-24T12:00:00.000Z',
      account: { id: (await world.admin('GET', '/api/accounts')).body.data[0].id, name: 'one' },
      method: 'POST',
      path: '/v1/messages',
      model: 'claude-sonnet-5',
      bytes_received: JSON.stringify({ ...aMessage, stream: true }).length,
    });
    assert.ok(bytes_sent > 300, String(bytes_sent));
    await reader.cancel();
    world.simulator.release();
    assert.match(request_id, /^hgr_/);
  });

  it('tell the bytes of each request alone where a connection carries several', async () => {
    await start();
    const connection = await openRaw(world.app.url);
    const body = JSON.stringify(aMessage);
    const asking = rawRequest(
      'POST /v1/messages HTTP/1.1',
      ['host: localhost', `x-api-key: ${world.key}`, `content-length: ${body.length}`],
      body,
    );
    connection.send(asking);
    await connection.until((text) => text.includes('"usage"'));
    world.simulator.fault('one', { action: { kind: 'hang' } });
    connection.send(asking);
    await reached(2);
    assert.deepEqual(
      (await only()).running.map(({ bytes_sent }) => bytes_sent),
      [0],
    );
    world.simulator.release();
    connection.end();
    await connection.closed;
  });

  it('last five minutes from the last request', async () => {
    await start();
    await (await world.ask()).text();
    const { last_seen_at, expires_at } = await only();
    assert.deepEqual([last_seen_at, expires_at], ['2026-11-24T12:00:00.000Z', '2026-11-24T12:05:00.000Z']);
    now += 5 * MINUTE;
    assert.deepEqual(await list(), []);
  });

  it('go by the address that a trusted proxy tells, and by no other', async () => {
    await start({ config: { server: { trustedProxies: ['127.0.0.1'] } } });
    for (const address of ['192.0.2.1', '192.0.2.2']) await (await world.ask({ headers: { 'x-forwarded-for': address } })).text();
    assert.deepEqual((await list('?sort=first_seen_at')).map(({ address }) => address).toSorted(), ['192.0.2.1', '192.0.2.2']);
    await world.stop();
    await start();
    await (await world.ask({ headers: { 'x-forwarded-for': '192.0.2.1' } })).text();
    assert.equal((await only()).address, '127.0.0.1');
  });

  it('can be narrowed to a key, and are shown one by one', async () => {
    await start();
    const { id, key } = (await world.admin('POST', '/api/keys', { name: 'desk' })).body;
    for (const headers of [{}, { authorization: `Bearer ${key}` }]) await (await world.ask({ headers })).text();
    const [session, ...others] = await list(`?key_id=${id}`);
    assert.deepEqual([session?.key?.name, others.length], ['desk', 0]);
    assert.deepEqual(clientSessionSchema.parse((await world.admin('GET', `/api/sessions/${session?.id}`)).body), session);
    assert.equal((await world.admin('GET', '/api/sessions/ses_404')).status, 404);
  });

  it('are none for who has no key', async () => {
    await start();
    await (await world.ask({ headers: { authorization: 'Bearer hg_wrong' } })).text();
    assert.deepEqual(await list(), []);
  });

  it('are told to dashboards when they begin and change', async () => {
    await start({ now: Date.now });
    const consumer = await listenTo(world.app.url, { authorization: `Bearer ${world.app.adminKey}` });
    await (await world.ask()).text();
    const { data } = await consumer.until(({ type }) => type === 'session');
    assert.equal(data.id, (await only()).id);
    await consumer.leave();
  });

  describe('that are revoked', () => {
    const revoke = async () => {
      const { id } = await only();
      assert.equal((await world.admin('DELETE', `/api/sessions/${id}`)).status, 204);
    };

    it('have a running stream cut, at the upstream too, and their client refused until their time is over', async () => {
      await start();
      const reader = await streaming();
      await revoke();
      await assert.rejects(async () => {
        while (!(await reader.read()).done);
      });
      const refused = await world.ask({ headers: { 'user-agent': 'claude-cli/2.1' } });
      assert.deepEqual([refused.status, refused.headers.get('x-should-retry')], [403, 'false']);
      const { error } = (await refused.json()) as { error: { type: string; message: string } };
      assert.deepEqual(error, {
        type: 'permission_error',
        message: 'The operator revoked this client; it is refused until 2026-11-24 12:05:00 UTC (in 5 min).',
      });
      assert.equal((await only()).revoked_until, '2026-11-24T12:05:00.000Z');
      now += 5 * MINUTE;
      assert.equal((await world.ask({ headers: { 'user-agent': 'claude-cli/2.1' } })).status, 200);
      assert.equal(world.simulator.books.api[0]?.end, 'aborted');
    });

    it('have the end of a stream on record as a cut', async () => {
      await start();
      const reader = await streaming();
      await revoke();
      await reader.read().catch(() => undefined);
      const { data } = (await world.admin('GET', '/api/requests')).body;
      assert.deepEqual(
        data.map(({ outcome, error_type }: Record<string, string>) => [outcome, error_type]),
        [['cut', 'permission_error']],
      );
    });

    it('have a request that waits for its answer answered with 403', async () => {
      await start();
      const { reply: asked } = await hanging();
      await revoke();
      const reply = await asked;
      assert.deepEqual(
        [reply.status, ((await reply.json()) as { error: { message: string } }).error.message],
        [403, 'The operator revoked this client.'],
      );
      const [record] = (await world.admin('GET', '/api/requests')).body.data;
      assert.deepEqual([record.status, record.outcome, record.error_type], [403, 'refused', 'permission_error']);
      assert.deepEqual((await only()).running, []);
    });

    it('have an upload cut that is still coming', async () => {
      await start();
      const connection = await openRaw(world.app.url);
      connection.send(
        rawRequest(
          'POST /v1/messages HTTP/1.1',
          ['host: localhost', `x-api-key: ${world.key}`, 'content-length: 1000'],
          '{"model',
        ),
      );
      while ((await list()).length === 0);
      await revoke();
      assert.equal((await connection.closed).text, '');
      assert.equal(world.simulator.books.api.length, 0);
    });

    it('leave the others alone', async () => {
      await start();
      const { reply: asked } = await hanging({ 'user-agent': 'other' });
      const mine = await world.ask({ headers: { 'user-agent': 'mine' } });
      await mine.text();
      const { id } = (await list()).find(({ user_agent }) => user_agent === 'mine') ?? assert.fail();
      await world.admin('DELETE', `/api/sessions/${id}`);
      world.simulator.release();
      assert.equal((await asked).status, 200);
      assert.equal((await world.ask({ headers: { 'user-agent': 'mine' } })).status, 403);
      assert.equal((await world.ask({ headers: { 'user-agent': 'other' } })).status, 200);
    });

    it('stay revoked over a restart, and the others stay known', async () => {
      await start();
      for (const agent of ['good', 'bad']) await (await world.ask({ headers: { 'user-agent': agent } })).text();
      const before = await list();
      const { id } = before.find(({ user_agent }) => user_agent === 'bad') ?? assert.fail();
      await world.admin('DELETE', `/api/sessions/${id}`);
      await world.restart();
      assert.deepEqual(new Set((await list()).map((session) => session.id)), new Set(before.map((session) => session.id)));
      assert.equal((await world.ask({ headers: { 'user-agent': 'bad' } })).status, 403);
      assert.equal((await world.ask({ headers: { 'user-agent': 'good' } })).status, 200);
    });

    it('must exist', async () => {
      await start();
      assert.equal((await world.admin('DELETE', '/api/sessions/ses_404')).status, 404);
    });
  });

  describe('with a limit', () => {
    const limited = { config: { session: { enabled: true, maxConcurrent: 1 } } };

    it('refuse one request more, in words, and take it again when one has ended', async () => {
      await start(limited);
      const { reply: asked } = await hanging();
      const refused = await world.ask();
      assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
      assert.match(await refused.text(), /1 of 1 requests running for this client \(session\.max_concurrent\)/);
      world.simulator.release();
      await (await asked).text();
      assert.equal((await world.ask()).status, 200);
    });

    it('let token counts and model lists pass', async () => {
      await start(limited);
      const { reply: asked } = await hanging();
      assert.equal((await world.ask({ path: '/v1/messages/count_tokens' })).status, 200);
      const models = await fetch(`${world.app.url}/v1/models`, { headers: { 'x-api-key': world.key } });
      assert.equal(models.status, 200);
      world.simulator.release();
      await (await asked).text();
    });

    it('follow a change of the configuration while they last', async () => {
      await start(limited);
      const { reply: asked } = await hanging();
      await world.admin('PATCH', '/api/settings', { values: { 'session.enabled': false } });
      assert.equal((await world.ask()).status, 200);
      world.simulator.release();
      await (await asked).text();
    });
  });

  it('take no unknown filter', async () => {
    await start();
    const reply = await world.admin('GET', '/api/sessions?key=1');
    assert.deepEqual([reply.status, faultsOf(reply as never)], [400, ['key']]);
  });
});
