/**
 * Requests, refreshes and what a person does, in thousands of orders: fast-check's scheduler decides whose step comes next at every write,
 * every answer of the authorization server and every reply. FC_SEED=… repeats a run.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { healthOf } from '../../src/core/account.ts';
import { GatewayError } from '../../src/gateway/errors.ts';
import { relayWithFailover } from '../../src/gateway/relay-with-failover.ts';
import type { GrantedLogin } from '../../src/oauth/login-flow.ts';
import { StorageError } from '../../src/storage/store.ts';
import { anExchange } from '../support/an-exchange.ts';
import { MINUTE, NOW } from '../support/builders.ts';
import { ID, type InterleavedWorld, interleavedWorld, type WorldPlan } from './interleaved/interleaved-world.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000_000);
const SCHEDULES = 3000;

const said = { summary: 'said so' };
type Deed = 'refresh' | 'due' | 'disable' | 'enable' | 'reauthorize' | 'remove' | 'rename' | 'limit';

/** What was acknowledged to a person. */
interface Done {
  readonly deeds: Set<Deed>;
  /** The login that was put in place last. */
  family: number;
}

const deedsOf = (world: InterleavedWorld, done: Done): Record<Deed, () => Promise<unknown>> => {
  const { pool, tokens, enrollment, server, closed } = world;
  /** Whoever signed in to the account so far. */
  const close = () => {
    for (const family of [1, done.family]) closed.add(family);
  };
  return {
    refresh: () => tokens.refreshNow(ID),
    due: () => tokens.refreshDue(),
    async disable() {
      await pool.applyDurably(ID, { type: 'disabled', at: NOW }, said);
      if (!done.deeds.has('enable')) close();
    },
    async enable() {
      done.deeds.add('enable');
      if (!done.deeds.has('remove')) closed.clear();
      await pool.applyDurably(ID, { type: 'enabled', at: NOW }, said);
    },
    async reauthorize() {
      const grant = server.grantFor(ID);
      const login: GrantedLogin = { kind: 'granted', grant, intent: { accountId: ID }, withheld: [], state: 'a login' };
      const { account } = await enrollment.enrollGrant(login, said);
      if (account.id === ID) done.family = server.familyOf(grant.secret);
    },
    async remove() {
      await enrollment.remove(ID, said);
      close();
    },
    rename: () => pool.edit(ID, (account) => ({ ...account, name: 'renamed' }), said),
    async limit() {
      pool.apply(ID, { type: 'quota_rejected', at: NOW, until: NOW + MINUTE, cause: 'quota', mark: null }, said);
    },
  };
};

const request = async ({ relay }: InterleavedWorld, id: string): Promise<void> => {
  await relayWithFailover(relay, anExchange({ id, conversation: 'talk' })).catch((error: unknown) => {
    if (!(error instanceof GatewayError)) throw error;
  });
};

const plans: fc.Arbitrary<WorldPlan & { readonly deeds: readonly Deed[] }> = fc.record({
  calls: fc.array(fc.constantFrom('granted', 'granted', 'lost', 'unreachable'), { maxLength: 4 }),
  refusedWrites: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.boolean(), { maxLength: 8 }) },
  ),
  token: fc.constantFrom('ended', 'ending', 'fresh', 'disowned'),
  hasSibling: fc.boolean(),
  deeds: fc.subarray<Deed>(['refresh', 'due', 'disable', 'enable', 'reauthorize', 'remove', 'rename', 'limit'], { minLength: 1 }),
});

/** Holds once all is quiet. */
async function check(world: InterleavedWorld, done: Done): Promise<void> {
  const { pool, vault, server, stored, faults } = world;
  assert.deepEqual(faults, []);
  for (const { id } of pool.list()) assert.equal(pool.inFlight(id), 0, `${id} has requests in flight`);
  const account = pool.get(ID);
  const credential = vault.get(ID);
  if (done.deeds.has('remove')) assert.deepEqual([account, credential], [undefined, undefined], 'a removed account came back');
  const records = await stored.accounts.list();
  const credentials = await stored.credentials.list();
  assert.deepEqual(
    records.map(({ account }) => account),
    pool.list(),
    'the disk shows the accounts as they are',
  );
  assert.deepEqual(credentials, vault.list(), 'the disk shows the credentials as they are');
  // A login that cannot be stored as an account and cannot be taken back either is found by the next try, or the next start.
  for (const { id } of credentials)
    assert.ok(pool.get(id) || world.sawRefusedWrite(), `${id} has a credential and is no account`);
  for (const one of pool.list())
    assert.ok(vault.get(one.id) || healthOf(one).state === 'invalid', `${one.id} has no credential, and does not say so`);
  if (!account || !credential) return;
  assert.equal(account.generation, credential.generation, 'the account knows its credential');
  if (done.deeds.has('disable') && !done.deeds.has('enable')) assert.equal(account.status.state, 'inactive');
  if (done.deeds.has('rename')) assert.equal(account.name, 'renamed');
  assert.ok(server.familyOf(credential.secret) >= done.family, 'a late refresh took the place of a new login');
  const token = credential.refreshToken ?? '';
  const isInvalid = healthOf(account).state === 'invalid';
  assert.ok(!isInvalid || server.hasRefused(token), 'an account is invalid whose refresh token nobody has refused');
  assert.ok(!server.isSpent(token) || credential.intent !== null || isInvalid, 'a refresh token is spent, and nobody knows');
}

describe('whatever comes first among requests, refreshes and what a person does', function () {
  this.timeout(300_000);

  it(`no law is broken in ${SCHEDULES} schedules (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), plans, async (s, plan) => {
        const world = await interleavedWorld(s, plan);
        const done: Done = { deeds: new Set(), family: 0 };
        const deeds = deedsOf(world, done);
        const begin = async (name: string, act: () => Promise<unknown>): Promise<boolean> => {
          await s.schedule(Promise.resolve(), `${name} begins`);
          return act().then(
            () => true,
            (error: unknown) => {
              if (!(error instanceof StorageError)) throw error;
              return false;
            },
          );
        };
        const acts = [
          ...['one', 'two'].map((id) => begin(`request ${id}`, () => request(world, id))),
          ...plan.deeds.map(async (deed) => {
            if (await begin(deed, deeds[deed])) done.deeds.add(deed);
          }),
        ];
        await Promise.all([Promise.all(acts), s.waitIdle()]);
        await s.waitIdle();
        world.calm();
        await world.vault.flush();
        await world.pool.flush();
        await check(world, done);
      }),
      { numRuns: SCHEDULES, seed: SEED },
    );
  });
});
