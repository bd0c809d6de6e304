/** Asking the upstream on one account because a person wants to know. */
import assert from 'node:assert/strict';
import { testResultSchema } from '../../../src/contract/accounts.ts';
import type { Account } from '../../../src/core/account.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR, invalidSince, MINUTE, NOW } from '../../support/builders.ts';

describe('the test of an account', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const anAccount = (account: Partial<Account> = {}, endsIn = 8 * HOUR) =>
    world.anAccountWith({ endsIn, account, credential: { kind: account.kind ?? 'oauth' } });
  const run = async (body?: object) =>
    testResultSchema.parse((await world.call('POST', '/api/accounts/acc_1/test', { body })).body);
  const answerWith = (action: Parameters<typeof world.simulator.fault>[1]['action']) =>
    world.simulator.fault('acc_1', { action, path: '/v1/models' });
  const asked = () => world.simulator.books.api.map(({ method, target }) => `${method} ${target}`);

  it('without a model sends the smallest request, which costs nothing', async () => {
    await anAccount();
    const { result, status, error_type, model, account } = await run();
    assert.deepEqual([result, status, error_type, model, account.id], ['ok', 200, null, null, 'acc_1']);
    assert.deepEqual(asked(), ['GET /v1/models?limit=1']);
  });

  it('with a model asks for one token of it, and notes what the reply says about quota', async () => {
    await anAccount();
    const { result, model, account } = await run({ model: 'claude-haiku-4-5' });
    assert.deepEqual([result, model], ['ok', 'claude-haiku-4-5']);
    assert.deepEqual(asked(), ['POST /v1/messages']);
    assert.ok(account.windows.length > 0);
  });

  it('refreshes the token first where that is due', async () => {
    await anAccount({}, -MINUTE);
    assert.equal((await run()).result, 'ok');
    assert.equal(world.vault.get('acc_1')?.generation, 4);
  });

  it('tells what the upstream answered, and changes no status', async () => {
    await anAccount();
    answerWith({ kind: 'status', status: 403, type: 'permission_error', message: 'This organization is off.' });
    const { result, status, error_type, message, account } = await run();
    assert.deepEqual([result, status, error_type, message], ['failed', 403, 'permission_error', 'This organization is off.']);
    assert.equal(account.status, 'active');
  });

  it('does not repeat the secret that a reply repeats', async () => {
    await anAccount();
    const secret = world.vault.get('acc_1')?.secret;
    answerWith({ kind: 'status', status: 401, message: `no such token: ${secret}` });
    assert.equal((await run()).message, 'no such token: [secret]');
  });

  it('follows no redirect', async () => {
    await anAccount();
    answerWith({ kind: 'status', status: 302, headers: { location: `${world.simulator.url}/elsewhere` }, body: '' });
    const { result, status, message } = await run();
    assert.deepEqual([result, status, message], ['failed', 302, 'The upstream answered 302.']);
    assert.equal(asked().length, 1);
  });

  it('tells that the connection broke', async () => {
    await anAccount();
    answerWith({ kind: 'reset' });
    const { result, status, message } = await run();
    assert.deepEqual([result, status, message], ['failed', null, 'The upstream gave no answer: the connection broke.']);
  });

  it('sends nothing where there is no token to send, and says why', async () => {
    await anAccount({ kind: 'oauth_static' }, -MINUTE);
    const { result, status, message } = await run();
    assert.deepEqual([result, status, message], ['failed', null, 'Nothing was sent: the token has ended.']);
    assert.deepEqual(asked(), []);
  });

  it('of an invalid account uses the token that it has', async () => {
    await anAccount({ status: invalidSince(NOW) });
    const { result, account } = await run();
    assert.deepEqual([result, account.status], ['ok', 'invalid']);
  });

  it('knows no other field', async () => {
    await anAccount();
    const reply = await world.call('POST', '/api/accounts/acc_1/test', { body: { prompt: 'x' } });
    assert.deepEqual([reply.status, faultsOf(reply)], [400, ['prompt']]);
  });
});
