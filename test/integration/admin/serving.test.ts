/** Why does an account not serve? The answer of the administration API, from the rules of selection. */
import assert from 'node:assert/strict';
import { servingSchema } from '../../../src/contract/accounts.ts';
import type { Account } from '../../../src/core/account.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('the explanation why an account does not serve', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const anAccount = (account: Partial<Account> = {}, endsIn = 8 * HOUR) =>
    world.anAccountWith({ endsIn, account, credential: { kind: account.kind ?? 'oauth' } });
  const explain = async (query = '') =>
    servingSchema.parse((await world.call('GET', `/api/accounts/acc_1/serving${query}`)).body);
  const codes = async (query = '') => (await explain(query)).reasons.map(({ code }) => code);

  it('is short when nothing stands in the way', async () => {
    await anAccount();
    assert.deepEqual(await explain(), {
      account_id: 'acc_1',
      at: iso(NOW),
      can_serve: true,
      model: null,
      reasons: [],
      next_chance_at: null,
    });
  });

  it('tells until when a limit holds, and the next chance', async () => {
    await anAccount({ status: limitedUntil(NOW + HOUR) });
    const { can_serve, reasons, next_chance_at } = await explain();
    assert.deepEqual([can_serve, next_chance_at], [false, iso(NOW + HOUR)]);
    assert.deepEqual(reasons, [
      {
        code: 'rate_limited',
        message: 'Its quota is used up.',
        remedy: 'Clear the limit if you know that it does not hold any more.',
        until: iso(NOW + HOUR),
      },
    ]);
  });

  it('agrees with selection about a limit that has just ended', async () => {
    await anAccount({ status: limitedUntil(NOW + HOUR) });
    await world.time.advance(HOUR);
    assert.equal((await explain()).can_serve, true);
  });

  it('asks about the model that is named', async () => {
    await anAccount({ benches: [{ family: 'opus', until: NOW + HOUR }] });
    assert.deepEqual(await codes(), []);
    assert.deepEqual(await codes('?model=claude-sonnet-5'), []);
    const { model, reasons, next_chance_at } = await explain('?model=claude-opus-5-5');
    assert.deepEqual([model, reasons[0]?.code, next_chance_at], ['claude-opus-5-5', 'family_benched', iso(NOW + HOUR)]);
  });

  it('names all that stands in the way, and no chance where a person has to act first', async () => {
    await anAccount({
      status: inactive(limitedUntil(NOW + HOUR)),
      limits: { maxConcurrency: 1, maxUtilization: null, allowOverage: null },
    });
    world.pool.reserve('acc_1');
    const { reasons, next_chance_at } = await explain();
    assert.deepEqual([reasons.map(({ code }) => code), next_chance_at], [['inactive', 'rate_limited', 'busy'], null]);
  });

  it('knows no instant for the end of what hangs on other requests', async () => {
    await anAccount({ limits: { maxConcurrency: 1, maxUtilization: null, allowOverage: null } });
    world.pool.reserve('acc_1');
    const { reasons, next_chance_at } = await explain();
    assert.deepEqual([reasons[0]?.until, next_chance_at], [null, iso(NOW)]);
  });

  it('tells how an invalid account can be helped', async () => {
    await anAccount({ status: invalidSince(NOW) });
    assert.equal((await explain()).reasons[0]?.remedy, 'Authorize the account again.');
  });

  it('tells another remedy where another login would not help', async () => {
    await anAccount({ status: { state: 'invalid', reason: 'organization_disabled', since: NOW } });
    assert.equal((await explain()).reasons[0]?.remedy, 'Settle it with the provider, then refresh the account.');
  });

  it('counts a token that is due for a refresh as no obstacle', async () => {
    await anAccount({}, -MINUTE);
    assert.deepEqual(await codes(), []);
  });

  it('names a token that has ended and cannot be refreshed yet, and when the next try is due', async () => {
    await anAccount({}, -MINUTE);
    world.simulator.tokenFault({ kind: 'status', status: 503 });
    await world.call('POST', '/api/accounts/acc_1/refresh');
    const { reasons, can_serve, next_chance_at } = await explain();
    assert.deepEqual([can_serve, reasons[0]?.code, reasons[0]?.until], [false, 'no_token', next_chance_at]);
    assert.ok(next_chance_at !== null && Date.parse(next_chance_at) > NOW);
  });

  it('names a static token that has ended', async () => {
    await anAccount({ kind: 'oauth_static' }, -MINUTE);
    const { reasons, next_chance_at } = await explain();
    assert.deepEqual([reasons[0]?.code, reasons[0]?.remedy, next_chance_at], ['no_token', 'Give it a new token.', null]);
  });

  it('knows no other filter than the model', async () => {
    await anAccount();
    const reply = await world.call('GET', '/api/accounts/acc_1/serving?modell=x');
    assert.deepEqual([reply.status, faultsOf(reply)], [400, ['modell']]);
  });

  it('needs an account', async () => {
    assert.equal((await world.call('GET', '/api/accounts/acc_404/serving')).status, 404);
  });
});
