/** Accounts move to another instance: sealed on the way, verified on arrival. */
import assert from 'node:assert/strict';
import { startWorld, type World } from '../../support/start-app.ts';

const passphrase = 'correct horse battery staple';

describe('accounts that move to another instance', () => {
  let here: World;
  let there: World;
  beforeEach(async () => {
    here = await startWorld({ accounts: ['one'] });
    there = await startWorld({
      config: {
        claude: { baseUrl: here.simulator.url },
        oauth: { clientId: here.simulator.clientId, tokenUrl: `${here.simulator.url}/v1/oauth/token` },
      },
    });
  });
  afterEach(async () => {
    await there.stop();
    await here.stop();
  });
  const exported = async () => (await here.admin('POST', '/api/accounts/export', { passphrase })).body.archive as string;
  const settled = async (): Promise<{ status: string; priority: number }> => {
    for (let look = 0; look < 500; look += 1) {
      const [account] = (await there.admin('GET', '/api/accounts')).body.data;
      if (!account.status_reason?.includes('being verified')) return account;
    }
    return assert.fail('the account was not verified');
  };

  it('serve there after they were verified, with their settings', async () => {
    const [{ id }] = (await here.admin('GET', '/api/accounts')).body.data;
    await here.admin('PATCH', `/api/accounts/${id}`, { priority: 5 });
    const reply = await there.admin('POST', '/api/accounts/import', { archive: await exported(), passphrase });
    assert.deepEqual([reply.status, reply.body.data[0].result, reply.body.data[0].account.status], [200, 'imported', 'invalid']);
    const { status, priority } = await settled();
    assert.deepEqual([status, priority], ['active', 5]);
    const answer = await there.ask();
    assert.equal(answer.status, 200);
    await answer.text();
  });

  it('travel without any secret in clear', async () => {
    assert.doesNotMatch(await exported(), /sim-(at|rt)-/);
  });

  it('are added once', async () => {
    const archive = await exported();
    await there.admin('POST', '/api/accounts/import', { archive, passphrase });
    const again = await there.admin('POST', '/api/accounts/import', { archive, passphrase });
    assert.equal(again.body.data[0].result, 'exists');
    assert.equal((await there.admin('GET', '/api/accounts')).body.data.length, 1);
  });

  it('stay closed to a wrong passphrase, which the reply explains', async () => {
    const reply = await there.admin('POST', '/api/accounts/import', { archive: await exported(), passphrase: 'something else' });
    assert.deepEqual([reply.status, reply.body.error.fields[0].path], [400, 'archive']);
  });

  it('need a passphrase worth its name', async () => {
    const reply = await here.admin('POST', '/api/accounts/export', { passphrase: 'short' });
    assert.deepEqual([reply.status, reply.body.error.fields[0].path], [400, 'passphrase']);
  });
});
