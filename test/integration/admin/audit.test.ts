/** Every write is on record: who, from where, what, and what it changed. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditedWrites } from '../../../src/admin/audit/audited-writes.ts';
import { type AuditEntryView, auditListSchema } from '../../../src/contract/audit.ts';
import { adminRoutesOf } from '../../support/admin-routes.ts';
import { ADMIN_KEY, type AdminWorld, adminHeaders, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { HOUR } from '../../support/builders.ts';
import { type TroubledDisk, troubledDisk } from '../../support/troubled-disk.ts';

const SECRET = '(secret)';

describe('the audit log', () => {
  let world: AdminWorld;
  let disk: TroubledDisk;
  beforeEach(async () => {
    disk = troubledDisk();
    world = await adminWorld({ auditFs: disk.fs });
  });
  afterEach(async () => {
    disk.trouble = null;
    await world.close();
  });

  async function page(query = '', options = {}) {
    const reply = await world.call('GET', `/api/audit${query}`, options);
    assert.equal(reply.status, 200, reply.text);
    return auditListSchema.parse(reply.body);
  }
  const entries = async (query = ''): Promise<readonly AuditEntryView[]> => (await page(query)).data;
  async function last(): Promise<AuditEntryView> {
    const [entry] = await entries('?limit=1');
    assert.ok(entry);
    return entry;
  }
  const changed = ({ changes }: AuditEntryView) =>
    Object.fromEntries(changes.map(({ field, before, after }) => [field, [before, after]]));
  const ask = async (method: string, path: string, body: unknown = {}, headers: Record<string, string> = adminHeaders) =>
    world.call(method, path, { headers, body });

  describe('names every write', () => {
    const isWrite = (route: string) => !route.startsWith('GET ') && route !== 'POST /auth/login';

    it('that the administration has, and no other', () => {
      assert.deepEqual(Object.keys(auditedWrites).toSorted(), adminRoutesOf(world.app).filter(isWrite).toSorted());
    });

    it('with one entry for each, whatever comes of it', async () => {
      for (const route of adminRoutesOf(world.app)
        .filter(isWrite)
        .filter((each) => each !== 'POST /admin-key/rotate')) {
        const [method = '', path = ''] = route.split(' ');
        const { body, status, headers } = await ask(method, `/api${path.replaceAll(':id', 'none')}`);
        const entry = await last();
        assert.equal(entry.action, auditedWrites[route]?.action, route);
        assert.deepEqual([entry.status, entry.request_id], [status, headers['request-id']], `${route}: ${JSON.stringify(body)}`);
        assert.equal(entry.outcome, status < 400 ? 'done' : 'refused', route);
      }
      assert.equal((await page()).chain.whole, true);
    });

    it('also where nobody has given it a name', async () => {
      await ask('POST', '/api/nonsense');
      const { action, outcome, status } = await last();
      assert.deepEqual([action, outcome, status], ['POST /nonsense', 'refused', 404]);
    });

    it('and no read', async () => {
      for (const route of adminRoutesOf(world.app).filter((each) => each.startsWith('GET ') && each !== 'GET /events'))
        await world.call('GET', `/api${route.slice(4).replaceAll(':id', 'none')}`);
      assert.deepEqual(await entries(), []);
    });
  });

  describe('says who it was', () => {
    const create = (headers: Record<string, string>) => ask('POST', '/api/keys', { name: `k ${Math.random()}` }, headers);

    it('by the admin key, and from where', async () => {
      await create({ ...adminHeaders, 'x-forwarded-for': '203.0.113.7' });
      const { actor, address } = await last();
      assert.deepEqual([actor, address], [{ kind: 'admin_key', name: 'admin key', key_id: null }, '203.0.113.7']);
    });

    it('by an API key of role admin', async () => {
      const { key, secret } = await world.aKey('admin', 'deploy');
      await create({ authorization: `Bearer ${secret}` });
      assert.deepEqual((await last()).actor, { kind: 'api_key', name: 'key deploy', key_id: key.id });
    });

    it('by a session, and whose it is', async () => {
      const { key, secret } = await world.aKey('admin', 'anna');
      await create(await world.signIn(secret));
      assert.deepEqual((await last()).actor, { kind: 'session', name: 'session of key anna', key_id: key.id });
      await create(await world.signIn());
      assert.deepEqual((await last()).actor, { kind: 'session', name: 'session of admin key', key_id: null });
    });
  });

  describe('holds the login', () => {
    it('that was good, and the end of its session', async () => {
      const page = await world.signIn();
      assert.deepEqual([(await last()).action, (await last()).actor.kind], ['login', 'admin_key']);
      await ask('POST', '/api/auth/logout', {}, page);
      assert.deepEqual([(await last()).action, (await last()).actor.kind], ['logout', 'session']);
    });

    it('that failed, without the key that was tried', async () => {
      await world.call('POST', '/api/auth/login', {
        headers: { 'x-forwarded-for': '203.0.113.9' },
        body: { api_key: 'guessed-key' },
      });
      const { action, actor, outcome, status, address } = await last();
      assert.deepEqual([action, actor.kind, outcome, status, address], ['login.failed', 'nobody', 'refused', 401, '203.0.113.9']);
      assert.doesNotMatch(await world.auditText(), /guessed/);
    });

    it('failing thousands of times, in a bounded number of lines', async () => {
      for (let n = 0; n < 130; n += 1)
        await world.call('POST', '/api/auth/login', {
          headers: { 'x-forwarded-for': `198.51.${n}.1` },
          body: { api_key: 'guess' },
        });
      assert.equal((await entries('?limit=200')).length, 100);
      await world.time.advance(HOUR);
      await world.call('POST', '/api/auth/login', { headers: {}, body: { api_key: 'guess' } });
      const [newest, counted] = await entries('?limit=2');
      assert.deepEqual([newest?.changes, counted?.changes], [[], [{ field: 'more', before: null, after: 30 }]]);
    });

    it('even while the disk refuses the line: somebody has to look', async () => {
      disk.trouble = { code: 'ENOSPC', at: 'write' };
      await world.signIn();
    });
  });

  describe('shows before and after', () => {
    const aKey = async () => (await ask('POST', '/api/keys', { name: 'laptop', role: 'user' })).body;

    it('of a key that is made, changed, rotated and deleted', async () => {
      const { id } = await aKey();
      const made = await last();
      assert.deepEqual(made.target, { kind: 'key', id, name: 'laptop' });
      assert.deepEqual(changed(made), {
        name: [null, 'laptop'],
        role: [null, 'user'],
        enabled: [null, true],
        key: [null, SECRET],
      });
      await ask('PATCH', `/api/keys/${id}`, { name: 'desk', enabled: false });
      assert.deepEqual(changed(await last()), { name: ['laptop', 'desk'], enabled: [true, false] });
      await ask('POST', `/api/keys/${id}/rotate`, { grace_period_seconds: 60 });
      assert.deepEqual(changed(await last())['key'], [SECRET, SECRET]);
      assert.ok(changed(await last())['former_key_valid_until']);
      await ask('DELETE', `/api/keys/${id}`);
      assert.deepEqual([(await last()).target?.name, changed(await last())['name']], ['desk', ['desk', null]]);
    });

    it('of an account that is added, edited, given a new secret, paused and removed', async () => {
      const { body } = await ask('POST', '/api/accounts', { name: 'work', kind: 'api_key', api_key: 'sk-ant-first-secret' });
      const made = await last();
      assert.deepEqual([made.action, made.target], ['account.add', { kind: 'account', id: body.account.id, name: 'work' }]);
      assert.deepEqual(changed(made)['kind'], [null, 'api_key']);
      const path = `/api/accounts/${body.account.id}`;
      await ask('PATCH', path, { priority: 3 });
      assert.deepEqual(changed(await last()), { priority: [0, 3] });
      await ask('PATCH', path, { api_key: 'sk-ant-second-secret' });
      assert.deepEqual(Object.keys(changed(await last())), ['credential']);
      await ask('PATCH', path, { status: 'inactive' });
      assert.deepEqual(changed(await last()), { status: ['active', 'inactive'] });
      await ask('DELETE', path);
      assert.deepEqual([(await last()).target?.name, changed(await last())['name']], ['work', ['work', null]]);
    });

    it('of the account that a login of another identity became, although the login is refused', async () => {
      const { body } = await ask('POST', '/api/accounts', { name: 'keyed', kind: 'api_key', api_key: 'sk-ant-first-secret' });
      assert.ok(body.account.id);
      world.simulator.addAccount({ name: 'one' });
      world.simulator.addAccount({ name: 'two' });
      const approve = async (who: string, more: object) => {
        const { authorization_url, state } = (await ask('POST', '/api/oauth/authorize', more)).body;
        return ask('POST', '/api/accounts', { code: world.simulator.approve(authorization_url, who).code, state });
      };
      const first = (await approve('one', { name: 'one' })).body.account.id;
      assert.equal((await approve('two', { account_id: first })).status, 409);
      const entry = await last();
      assert.deepEqual([entry.outcome, entry.status, changed(entry)['status']], ['refused', 409, [null, 'inactive']]);
      const [, authorize] = await entries('?limit=2');
      assert.deepEqual([authorize?.action, authorize?.target?.id], ['account.authorize', first]);
    });

    it('of settings, and of the one that "serve from this one" makes', async () => {
      await ask('PATCH', '/api/settings', { values: { 'retry.max_attempts': 5, 'retry.base_delay': '1s' } });
      assert.deepEqual(changed(await last()), { 'retry.max_attempts': [3, 5], 'retry.base_delay': ['500ms', '1s'] });
      const { id } = await world.anAccountWith({ endsIn: HOUR });
      await ask('POST', `/api/accounts/${id}/prefer`);
      assert.deepEqual(changed(await last())['balancer.policy'], ['round_robin', 'priority']);
    });

    it('of accounts that leave, by name', async () => {
      await world.anAccountWith({ endsIn: HOUR, account: { name: 'work' } });
      await ask('POST', '/api/accounts/export', { passphrase: 'a long passphrase' });
      assert.deepEqual(changed(await last()), { exported: [null, ['work']] });
    });

    it('of a session that is revoked', async () => {
      const { key } = await world.aKey('user', 'laptop');
      const running = {
        ...{
          id: 'hgr_1',
          startedAt: 0,
          method: 'POST',
          path: '/v1/messages',
          model: null,
          account: null,
          body: { byteLength: 0 },
        },
        ...{ bytesSent: () => 0, cut: () => undefined },
      };
      world.clients.begin({ apiKeyId: key.id, address: '192.0.2.1', userAgent: 'agent' }, running, true);
      await ask('DELETE', `/api/sessions/${world.clients.list()[0]?.session.id}`);
      const { action, target, changes } = await last();
      assert.deepEqual(
        [action, target?.name, changes.map(({ field }) => field)],
        ['session.revoke', 'laptop at 192.0.2.1', ['revoked_until']],
      );
    });

    it('of what was refused: nothing', async () => {
      const { id } = await aKey();
      await ask('PATCH', `/api/keys/${id}`, { name: '' });
      const { outcome, status, changes, target } = await last();
      assert.deepEqual([outcome, status, changes, target?.name], ['refused', 400, [], 'laptop']);
    });
  });

  describe('on a disk that refuses', () => {
    it('lets nothing be changed that it could not put on record', async () => {
      disk.trouble = { code: 'ENOSPC', at: 'write' };
      const reply = await ask('POST', '/api/keys', { name: 'laptop' });
      assert.equal(reply.status, 503);
      assert.deepEqual(world.keys.list(), []);
    });

    it('keeps the end of a change that was made, and shows it as unknown until it is written', async () => {
      const { keys } = world;
      const create = keys.create.bind(keys);
      keys.create = async (wanted) => {
        const made = await create(wanted);
        disk.trouble = { code: 'ENOSPC', at: 'write' };
        return made;
      };
      assert.equal((await ask('POST', '/api/keys', { name: 'laptop' })).status, 201);
      assert.deepEqual([(await last()).action, (await last()).outcome], ['key.create', 'unknown']);
      disk.trouble = null;
      await ask('POST', '/api/keys', { name: 'laptop' });
      const [, first] = await entries();
      assert.deepEqual([first?.action, first?.outcome], ['key.create', 'done']);
      assert.equal((await page()).chain.whole, true);
    });
  });

  describe('is read', () => {
    const names = async (query: string) => (await entries(query)).map(({ target, action }) => target?.name ?? action);
    beforeEach(async () => {
      for (const name of ['a', 'b', 'c']) {
        await ask('POST', '/api/keys', { name });
        await world.time.advance(HOUR);
      }
      await world.signIn();
    });

    it('newest first', async () => {
      assert.deepEqual(await names(''), ['login', 'c', 'b', 'a']);
    });

    it('in pages without gap or repetition, also while lines are added', async () => {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { data, next_cursor, has_more } = await page(`?limit=1${cursor && `&cursor=${cursor}`}`);
        assert.equal(has_more, next_cursor !== null);
        seen.push(...data.map(({ target, action }) => target?.name ?? action));
        cursor = next_cursor;
        if (seen.length === 2) await ask('POST', '/api/keys', { name: 'd' });
      }
      assert.deepEqual(seen, ['login', 'c', 'b', 'a']);
    });

    it('by actor, action, target and time', async () => {
      const start = Date.parse((await entries()).at(-1)?.at ?? '');
      const hours = (n: number) => new Date(start + n * HOUR).toISOString();
      assert.deepEqual(await names('?action=login'), ['login']);
      assert.deepEqual(await names('?action=key'), ['c', 'b', 'a']);
      assert.deepEqual(await names('?action=ke'), []);
      assert.deepEqual(await names('?actor=admin_key&target=b'), ['b']);
      assert.deepEqual(await names(`?target=${world.keys.list()[0]?.id}`), ['a']);
      assert.deepEqual(await names('?actor=somebody'), []);
      assert.deepEqual(await names(`?from=${hours(1)}&to=${hours(2)}`), ['b']);
    });

    for (const [query, field] of [
      ['?limit=0', 'limit'],
      ['?cursor=x', 'cursor'],
      ['?sort=at', 'sort'],
      ['?from=yesterday', 'from'],
      ['?actor=', 'actor'],
      ['?page=2', 'page'],
    ] as const) {
      it(`refuses ${query}`, async () => {
        const reply = await world.call('GET', `/api/audit${query}`);
        assert.deepEqual([reply.status, faultsOf(reply)], [400, [field]]);
      });
    }

    it('with the word that it is whole, and its newest digest', async () => {
      const { chain } = await page();
      assert.deepEqual([chain.whole, chain.first, chain.torn, chain.faults], [true, 1, 0, []]);
      assert.equal(chain.lines, chain.last);
      assert.match(chain.head ?? '', /^[0-9a-f]{64}$/);
    });

    it('with the word that it is not, and where, once somebody has changed it', async () => {
      const file = join(world.auditFolder, 'audit.jsonl');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"name":"b"', '"name":"x"'));
      const { chain } = await page();
      assert.equal(chain.whole, false);
      assert.equal(chain.faults[0]?.file, 'audit.jsonl');
    });
  });

  it('holds one line for a name with line breaks and escapes in it', async () => {
    await ask('POST', '/api/accounts', { name: 'a\nb\u001b[31m', kind: 'api_key', api_key: 'sk-ant-first-secret' });
    await world.call('PATCH', '/api/keys/%0A%1B%5B31m', { body: {} });
    const lines = (await world.auditText()).split('\n').slice(0, -1);
    for (const line of lines) assert.match(line, /^[\x20-\x7e]*$/);
    assert.equal(lines.length, 4);
  });

  it('hides a key that somebody pasted into a name', async () => {
    await ask('POST', '/api/keys', { name: ADMIN_KEY });
    assert.doesNotMatch(await world.auditText(), new RegExp(ADMIN_KEY));
  });
});
