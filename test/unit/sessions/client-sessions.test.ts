import assert from 'node:assert/strict';
import type { Client, ClientSession, RunningRequest } from '../../../src/sessions/client-session.ts';
import { ClientSessions } from '../../../src/sessions/client-sessions.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import { type RecordStore, StorageError } from '../../../src/storage/store.ts';
import { MINUTE, NOW } from '../../support/builders.ts';

const TTL = 5 * MINUTE;
const laptop: Client = { apiKeyId: 'key_1', address: '192.0.2.1', userAgent: 'claude-cli/2.1' };

function aWorld(maxConcurrent: number | null = null, store: RecordStore<ClientSession> = createMemoryRecordStore()) {
  let now = NOW;
  let serial = 0;
  const cut: string[] = [];
  const sessions = new ClientSessions({
    store,
    now: () => now,
    rules: () => ({ maxConcurrent, ttlMs: TTL }),
    onStorage: () => undefined,
  });
  const aRequest = (): RunningRequest => {
    serial += 1;
    const id = `hgr_${serial}`;
    const facts = { method: 'POST', path: '/v1/messages', model: null, account: null, body: { byteLength: 0 } };
    return { ...facts, id, startedAt: now, bytesSent: () => 0, cut: () => void cut.push(id) };
  };
  return {
    sessions,
    store,
    cut,
    advance(ms: number) {
      now += ms;
    },
    begin: (client = laptop, isCounted = true) => sessions.begin(client, aRequest(), isCounted),
    /** A request that begins and ends at once. */
    visit(client = laptop) {
      const admission = this.begin(client);
      if (admission.kind === 'admitted') admission.leave();
      return admission.kind;
    },
    ids: () => sessions.list().map(({ session }) => session.id),
  };
}

describe('the sessions of clients', () => {
  it('are one for each key, address and user agent', () => {
    const world = aWorld();
    const others = [{ apiKeyId: 'key_2' }, { apiKeyId: null }, { address: '192.0.2.2' }, { userAgent: 'curl/8' }];
    for (const over of [{}, {}, ...others]) world.visit({ ...laptop, ...over });
    assert.equal(world.ids().length, 5);
  });

  it('last from the first request until a while after the last one', () => {
    const world = aWorld();
    world.visit();
    world.advance(TTL - 1);
    world.visit();
    world.advance(TTL - 1);
    const [live] = world.sessions.list();
    assert.deepEqual([live?.session.firstSeenAt, live?.session.lastSeenAt], [NOW, NOW + TTL - 1]);
    world.advance(1);
    assert.deepEqual(world.ids(), []);
  });

  it('begin anew, under the same id, when their client comes back later', () => {
    const world = aWorld();
    world.visit();
    const [before] = world.ids();
    world.advance(TTL);
    world.visit();
    assert.deepEqual(world.ids(), [before]);
    assert.equal(world.sessions.list()[0]?.session.firstSeenAt, NOW + TTL);
  });

  it('last as long as a request runs, however long that is', () => {
    const world = aWorld();
    const admission = world.begin();
    world.advance(10 * TTL);
    world.sessions.cleanUp();
    const [live] = world.sessions.list();
    assert.deepEqual([live?.running.size, live && world.sessions.expiresAt(live)], [1, NOW + 11 * TTL]);
    assert.ok(admission.kind === 'admitted');
    admission.leave();
    world.advance(TTL - 1);
    assert.equal(world.ids().length, 1);
    world.advance(1);
    assert.equal(world.ids().length, 0);
  });

  it('are listed with the one first that was seen last', () => {
    const world = aWorld();
    world.visit(laptop);
    world.advance(1);
    world.visit({ ...laptop, userAgent: 'curl/8' });
    assert.deepEqual(
      world.sessions.list().map(({ session }) => session.userAgent),
      ['curl/8', 'claude-cli/2.1'],
    );
  });

  it('tell whoever listens that they began, changed and ended', () => {
    const world = aWorld();
    const told: string[] = [];
    world.sessions.onChange((id) => void told.push(id));
    world.visit();
    world.advance(TTL);
    world.sessions.cleanUp();
    assert.equal(told.length, 3);
    assert.equal(new Set(told).size, 1);
  });

  it('know no user agent longer than 200 characters', () => {
    const world = aWorld();
    for (const end of ['a', 'b']) world.visit({ ...laptop, userAgent: 'x'.repeat(200) + end });
    assert.deepEqual(
      world.sessions.list().map(({ session }) => session.userAgent.length),
      [200],
    );
  });

  it('are at most two thousand: the one seen least recently makes room, but none that is busy or revoked', async () => {
    const world = aWorld();
    const client = (number: number) => ({ ...laptop, userAgent: `agent ${number}` });
    world.begin(client(0));
    world.visit(client(1));
    await world.sessions.revoke(world.sessions.list().find(({ session }) => session.userAgent === 'agent 1')?.session.id ?? '');
    for (let number = 2; number < 2002; number += 1) {
      world.advance(1);
      world.visit(client(number));
    }
    const agents = new Set(world.sessions.list().map(({ session }) => session.userAgent));
    assert.equal(agents.size, 2000);
    assert.deepEqual(
      [0, 1, 2, 3, 4, 2001].map((number) => agents.has(`agent ${number}`)),
      [true, true, false, false, true, true],
    );
  });
});

describe('the limit of requests that a client has running', () => {
  it('refuses one more, and tells how many run', () => {
    const world = aWorld(2);
    world.begin();
    world.begin();
    assert.deepEqual(world.begin(), { kind: 'busy', running: 2, most: 2 });
  });

  it('holds for each client alone', () => {
    const world = aWorld(1);
    world.begin();
    assert.equal(world.begin({ ...laptop, address: '192.0.2.2' }).kind, 'admitted');
  });

  it('gives a place back when a request ends, once', () => {
    const world = aWorld(1);
    const first = world.begin();
    assert.ok(first.kind === 'admitted');
    first.leave();
    first.leave();
    assert.equal(world.begin().kind, 'admitted');
    assert.equal(world.begin().kind, 'busy');
  });

  it('leaves out what does not count, but shows it', () => {
    const world = aWorld(1);
    for (let count = 0; count < 5; count += 1) assert.equal(world.begin(laptop, false).kind, 'admitted');
    assert.equal(world.begin().kind, 'admitted');
    assert.equal(world.begin(laptop, false).kind, 'admitted');
    assert.equal(world.sessions.list()[0]?.running.size, 7);
  });
});

describe('a session that is revoked', () => {
  it('has its requests cut, and is refused until its time is over', async () => {
    const world = aWorld();
    world.begin();
    world.begin();
    world.begin({ ...laptop, address: '192.0.2.2' });
    const { session } = world.sessions.list().find(({ running }) => running.size === 2) ?? assert.fail();
    assert.equal(await world.sessions.revoke(session.id), true);
    assert.deepEqual(world.cut, ['hgr_1', 'hgr_2']);
    assert.deepEqual(world.begin(), { kind: 'revoked', until: NOW + TTL });
    world.advance(TTL);
    assert.equal(world.begin().kind, 'admitted');
  });

  it('is not prolonged by what it is refused', async () => {
    const world = aWorld();
    world.visit();
    await world.sessions.revoke(world.ids()[0] ?? '');
    world.advance(TTL - 1);
    assert.equal(world.begin().kind, 'revoked');
    world.advance(1);
    assert.equal(world.begin().kind, 'admitted');
  });

  it('is not there when nobody knows it', async () => {
    assert.equal(await aWorld().sessions.revoke('ses_404'), false);
  });

  it('is refused although storage refuses, and the write is made later', async () => {
    let refuses = true;
    const memory = createMemoryRecordStore<ClientSession>();
    const store: RecordStore<ClientSession> = {
      list: memory.list,
      update: async (id, change) => {
        if (refuses) throw new StorageError('disk full');
        return memory.update(id, change);
      },
    };
    const world = aWorld(null, store);
    world.visit();
    await assert.rejects(world.sessions.revoke(world.ids()[0] ?? ''), StorageError);
    assert.equal(world.begin().kind, 'revoked');
    refuses = false;
    await world.sessions.flush();
    assert.equal((await memory.list())[0]?.revokedUntil, NOW + TTL);
  });
});

describe('sessions over a restart', () => {
  const restarted = async (store: RecordStore<ClientSession>) => {
    const world = aWorld(null, store);
    await world.sessions.load();
    return world;
  };

  it('are the same as before, without what ran', async () => {
    const { store, begin, sessions, ids } = aWorld();
    begin();
    await sessions.flush();
    const again = await restarted(store);
    assert.deepEqual(again.ids(), ids());
    assert.equal(again.sessions.list()[0]?.running.size, 0);
  });

  it('are still revoked', async () => {
    const before = aWorld();
    before.visit();
    await before.sessions.revoke(before.ids()[0] ?? '');
    assert.equal((await restarted(before.store)).begin().kind, 'revoked');
  });

  it('are forgotten on the disk as well when their time is over', async () => {
    const world = aWorld();
    world.visit();
    await world.sessions.flush();
    world.advance(TTL);
    world.sessions.cleanUp();
    await world.sessions.flush();
    assert.deepEqual(await world.store.list(), []);
  });
});
