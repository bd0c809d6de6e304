import assert from 'node:assert/strict';
import { startWorld } from '../../support/start-app.ts';

const finished = async (asked: Promise<Response>): Promise<number> => {
  const reply = await asked;
  await reply.arrayBuffer();
  return reply.status;
};

describe('tokens under load', () => {
  it('are refreshed once for a thousand requests that meet one expired token', async () => {
    let now = Date.now();
    const world = await startWorld({ now: () => now, accounts: ['one'] });
    now += 9 * 3_600_000;
    const statuses = await Promise.all(Array.from({ length: 1000 }, () => finished(world.ask())));
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.equal(world.simulator.books.refreshes('one'), 1);
    assert.equal(world.simulator.books.api.length, 1000);
    await world.stop();
  }).timeout(20_000);

  it('are refreshed once when a thousand requests are refused with 401 together', async () => {
    const world = await startWorld({ accounts: ['one'] });
    world.simulator.expireAccessTokens('one');
    const statuses = await Promise.all(Array.from({ length: 1000 }, () => finished(world.ask())));
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.equal(world.simulator.books.refreshes('one'), 1);
    await world.stop();
  }).timeout(20_000);

  it('are not lost when every client leaves during the refresh', async () => {
    const received = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    let now = Date.now();
    const world = await startWorld({
      now: () => now,
      simulator: {
        onTokenStage: async (stage, grant) => {
          if (grant !== 'refresh_token' || stage !== 'received') return;
          received.resolve();
          await goOn.promise;
        },
      },
      accounts: ['one'],
    });
    now += 9 * 3_600_000;
    const leaving = new AbortController();
    const asked = world.ask({ signal: leaving.signal }).catch((error: Error) => error.name);
    await received.promise;
    leaving.abort();
    assert.equal(await asked, 'AbortError');
    goOn.resolve();
    assert.equal((await world.ask()).status, 200);
    assert.equal(world.simulator.books.refreshes('one'), 1);
    assert.equal(world.simulator.books.api.length, 1, 'nothing was sent for the client that left');
    await world.stop();
  });

  it('of several accounts whose logins are over keep no request from those that are left', async () => {
    const world = await startWorld({ accounts: ['one', 'two', 'three'] });
    for (const name of ['one', 'two']) world.simulator.revoke(name);
    const reply = await world.ask();
    assert.deepEqual([reply.status, reply.headers.get('x-headgate-account')], [200, 'three']);
    const { body } = await world.admin('GET', '/api/accounts');
    const statuses = (body.data as { status: string }[]).map(({ status }) => status);
    assert.deepEqual(statuses, ['invalid', 'invalid', 'active']);
    await world.stop();
  });

  it('of the static kinds serve as they are', async () => {
    const world = await startWorld();
    for (const name of ['key', 'static']) world.simulator.addAccount({ name });
    await world.admin('POST', '/api/accounts', { name: 'key', kind: 'api_key', api_key: world.simulator.issueApiKey('key') });
    await world.admin('POST', '/api/accounts', {
      name: 'static',
      kind: 'oauth_static',
      access_token: world.simulator.issueStaticToken('static'),
    });
    for (let i = 0; i < 2; i += 1) assert.equal((await world.ask()).status, 200);
    assert.deepEqual(
      world.simulator.books.api.map(({ account, credential, violations }) => [account, credential, violations.length]).toSorted(),
      [
        ['key', 'x-api-key', 0],
        ['static', 'bearer', 0],
      ],
    );
    await world.stop();
  });
});
