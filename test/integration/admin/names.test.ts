/** Names over the administration API: one name, one thing. */
import assert from 'node:assert/strict';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';

const COMPOSED = '\u00c9mile';
const DECOMPOSED = 'E\u0301mile';

const account = (name: string) => ({ name, kind: 'api_key', api_key: 'sk-ant-made-up-key' });
const key = (name: string) => ({ name });

describe('a name over the administration API', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  for (const [path, thing] of [
    ['/api/accounts', account],
    ['/api/keys', key],
  ] as const) {
    const make = (name: string) => world.call('POST', path, { body: thing(name) });
    const idOf = async (name: string): Promise<string> => {
      const { id, account: made } = (await make(name)).body;
      return id ?? made.id;
    };

    it(`at ${path} is taken in whatever case and composition, and the field is named`, async () => {
      await make(COMPOSED);
      for (const name of [DECOMPOSED, COMPOSED.toLowerCase(), ` ${DECOMPOSED.toUpperCase()} `]) {
        const reply = await make(name);
        assert.deepEqual([reply.status, faultsOf(reply)], [409, ['name']], name);
      }
    });

    it(`at ${path} is taken for a change as well, but not by the one that has it`, async () => {
      const id = await idOf(COMPOSED);
      const other = await idOf('other');
      const rename = (which: string, name: string) => world.call('PATCH', `${path}/${which}`, { body: { name } });
      assert.equal((await rename(other, DECOMPOSED)).status, 409);
      assert.equal((await rename(id, DECOMPOSED.toLowerCase())).status, 200);
    });

    it(`at ${path} is given once to those who ask at the same time`, async () => {
      const statuses = await Promise.all([make('one'), make('ONE'), make('one')].map(async (reply) => (await reply).status));
      assert.deepEqual(statuses.toSorted(), [201, 409, 409]);
    });

    it(`at ${path} is kept composed, so that it compares equal`, async () => {
      const id = await idOf(DECOMPOSED);
      assert.equal((await world.call('GET', `${path}/${id}`)).body.name, COMPOSED);
    });

    it(`at ${path} is free again once its owner is removed`, async () => {
      const id = await idOf('one');
      await world.call('DELETE', `${path}/${id}`);
      assert.equal((await make('one')).status, 201);
    });
  }

  it('of a login that is taken in another composition gets a number', async () => {
    await world.call('POST', '/api/accounts', { body: account(COMPOSED) });
    const { authorization_url } = (await world.call('POST', '/api/oauth/authorize', { body: {} })).body;
    world.simulator.addAccount({ name: 'ada' });
    const { code, state } = world.simulator.approve(authorization_url, 'ada');
    const reply = await world.call('POST', '/api/accounts', { body: { name: DECOMPOSED, code, state } });
    assert.equal(reply.body.account.name, `${COMPOSED} 2`);
  });
});
