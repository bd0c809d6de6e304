/** Conversations stay where their prompt cache is, with and without a name for them. */
import assert from 'node:assert/strict';
import { startWorld, type World } from '../../support/start-app.ts';

type Turn = { readonly role: string; readonly content: string };
const said = (content: string): Turn => ({ role: 'user', content });
const answered: Turn = { role: 'assistant', content: 'Yes.' };

describe('affinity', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['one', 'two', 'three'] });
  });
  after(() => world.stop());

  const ask = async (messages: readonly Turn[], headers: Record<string, string> = {}, over: object = {}) => {
    const reply = await world.ask({ body: { model: 'claude-sonnet-5', max_tokens: 5, messages, ...over }, headers });
    await reply.text();
    assert.equal(reply.status, 200);
    return reply.headers.get('x-headgate-account');
  };

  it('keeps a conversation without any name on the account that it began on', async () => {
    const opening = said('Tell me about rivers.');
    const home = await ask([opening]);
    for (let turn = 0; turn < 6; turn += 1) assert.equal(await ask([opening, answered, said(`And ${turn}?`)]), home);
  });

  it('places each first turn anew, although it begins as another did', async () => {
    const served = new Set<string | null>();
    for (let i = 0; i < 3; i += 1) served.add(await ask([said('Good morning.')]));
    assert.equal(served.size, 3);
  });

  it('goes by the session of metadata where there is one', async () => {
    const metadata = { user_id: JSON.stringify({ session_id: 'aaaa-bbbb' }) };
    const home = await ask([said('a')], {}, { metadata });
    for (let turn = 0; turn < 4; turn += 1) assert.equal(await ask([said(`${turn}`)], {}, { metadata }), home);
  });

  it('keeps hundreds of conversations apart, each at its home', async () => {
    const home = await ask([said('x')], { 'x-claude-code-session-id': 'session-0' });
    const sessions = Array.from({ length: 400 }, (_, index) => `session-${index + 1}`);
    const homes = new Map<string, string | null>();
    for (let from = 0; from < sessions.length; from += 50) {
      const some = sessions.slice(from, from + 50);
      const names = await Promise.all(some.map((session) => ask([said('x')], { 'x-claude-code-session-id': session })));
      for (const [index, session] of some.entries()) homes.set(session, names[index] ?? null);
    }
    for (const session of ['session-1', 'session-200', 'session-400'])
      assert.equal(await ask([said('y')], { 'x-claude-code-session-id': session }), homes.get(session));
    assert.equal(await ask([said('y')], { 'x-claude-code-session-id': 'session-0' }), home);
  });
});

describe('a conversation whose home is throttled for a moment', () => {
  let world: World;
  let now = Date.now();
  before(async () => {
    world = await startWorld({ accounts: ['one', 'two', 'three'], now: () => now });
  });
  after(() => world.stop());

  it('is the guest of one account until its home is back', async () => {
    const turn = async () => {
      const reply = await world.ask({ headers: { 'x-claude-code-session-id': 'session' } });
      await reply.text();
      return reply.headers.get('x-headgate-account') ?? '';
    };
    const home = await turn();
    world.simulator.fault(home, { action: { kind: 'throttled', retryAfter: 30 } });
    const host = await turn();
    assert.notEqual(host, home);
    assert.deepEqual([await turn(), await turn()], [host, host]);
    now += 31_000;
    assert.deepEqual([await turn(), await turn()], [home, home]);
  });
});
