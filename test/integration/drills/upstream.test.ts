/** The drills about an upstream that fails, and about logins. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aMessage } from '../../support/start-app.ts';
import { receive } from '../simulator/simulator-client.ts';
import { DRILLS, type DrillWorld, startDrill } from './drill-world.ts';

const stream = { body: { ...aMessage, stream: true } };

describe('the drill', () => {
  let world: DrillWorld;
  afterEach(() => world?.stop());
  const statuses = async (...names: string[]) => Promise.all(names.map(async (name) => (await world.account(name)).status));

  it('revoked-account: no request fails, and the account says that it needs a login, which brings it back', async () => {
    world = await startDrill('revoked-account.yaml');
    const replies = [];
    for (let turn = 0; turn < 4; turn += 1) replies.push((await world.served())[0]);
    const { id, status, status_reason } = await world.account('studio');
    assert.deepEqual([replies, status, world.said], [[200, 200, 200, 200], 'invalid', ['studio is revoked']]);
    assert.ok(status_reason);
    const login = await world.admin('POST', '/api/oauth/authorize', { account_id: id });
    const { code, state } = world.simulator.approve(login.body.authorization_url, 'studio');
    const again = await world.admin('POST', '/api/accounts', { code: `${code}#${state}` });
    assert.deepEqual([again.body.result, await statuses('studio')], ['reauthorized', ['active']]);
    assert.deepEqual(new Set([(await world.served())[1], (await world.served())[1]]), new Set(['studio', 'weekend']));
  });

  it('token-endpoint-down: another account serves, and the login is kept until the endpoint is back', async () => {
    world = await startDrill('token-endpoint-down.yaml');
    for (let turn = 0; turn < 6; turn += 1) assert.equal((await world.served())[0], 200);
    assert.notDeepEqual(await statuses('studio'), ['invalid']);
    assert.equal(world.simulator.books.refreshes('studio'), 0);
    const { id } = await world.account('studio');
    let renewed = '';
    while (renewed !== 'refreshed') {
      world.pass(10 * 60_000);
      renewed = (await world.admin('POST', `/api/accounts/${id}/refresh`)).body.result;
    }
    assert.deepEqual([world.simulator.books.refreshes('studio'), await statuses('studio')], [1, ['active']]);
  });

  it('overload-burst: clients wait and are served, and nobody is blamed', async () => {
    world = await startDrill('overload-burst.yaml');
    const refused = () => world.simulator.books.api.filter(({ status }) => status === 529).length;
    for (let turn = 0; turn < 3; turn += 1) assert.equal((await world.served())[0], 200);
    const inBurst = refused();
    // Retries have a budget for each second.
    const twentyOfThem = async () => {
      for (let turn = 0; turn < 20; turn += 1) {
        world.pass(900);
        assert.equal((await world.served())[0], 200);
      }
    };
    await twentyOfThem();
    const inTwentySeconds = refused();
    world.pass(3000);
    await twentyOfThem();
    assert.ok(inBurst >= 2 && inTwentySeconds > inBurst && inTwentySeconds - inBurst < 20, `${inBurst}, then ${inTwentySeconds}`);
    assert.equal(refused(), inTwentySeconds, 'none after the twenty seconds');
    assert.deepEqual(await statuses('studio', 'weekend'), ['active', 'active']);
  });

  it('slow-upstream: every stream arrives whole', async () => {
    world = await startDrill('slow-upstream.yaml');
    const names = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const { events, broke } = await receive(await world.ask(stream));
      names.push(events.filter(({ name }) => name === 'ping').length);
      assert.deepEqual([broke, events.at(-1)?.name], [false, 'message_stop']);
    }
    assert.deepEqual(names, [1, 3, 1], 'the pings of the silence, too');
  });

  it('broken-streams: what breaks upstream breaks for the client, where it broke', async () => {
    world = await startDrill('broken-streams.yaml');
    for (let turn = 0; turn < 2; turn += 1) {
      const { events, broke, text } = await receive(await world.ask(stream));
      assert.deepEqual([events.length, broke, text.includes('error')], [4, true, false]);
    }
    const { events, broke } = await receive(await world.ask(stream));
    assert.deepEqual([broke, events.at(-1)?.name], [true, 'message_delta'], 'an end in order without the last event is none');
    assert.deepEqual(await statuses('studio', 'weekend'), ['active', 'active']);
  });

  it('outage: clients are told to come again, and all is as before when it is over', async () => {
    world = await startDrill('outage.yaml');
    for (let turn = 0; turn < 2; turn += 1) assert.equal((await world.served())[0], 200);
    const reply = await world.ask();
    assert.deepEqual([reply.status, reply.headers.get('x-should-retry')], [502, 'true']);
    await world.simulator.endOutage();
    assert.equal((await world.served())[0], 200);
    assert.deepEqual(await statuses('studio', 'weekend'), ['active', 'active']);
  });
});

describe('the ready drills', () => {
  const files = readdirSync(DRILLS).filter((file) => file.endsWith('.yaml'));
  const tests = readdirSync(import.meta.dirname).map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));

  for (const file of files) {
    it(`are all played here: ${file}`, () => assert.ok(tests.some((text) => text.includes(`startDrill('${file}'`))));
  }
});
