/** What the administration API shows of accounts: every field, every order, every event. */
import assert from 'node:assert/strict';
import {
  accountEventListSchema,
  accountListSchema,
  accountSchema,
  recentEventListSchema,
} from '../../../src/contract/accounts.ts';
import type { Account } from '../../../src/core/account.ts';
import { type AdminWorld, adminWorld, faultsOf } from '../../support/admin-world.ts';
import { DAY, HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW } from '../../support/builders.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('accounts as the administration API shows them', () => {
  let world: AdminWorld;
  beforeEach(async () => {
    world = await adminWorld();
  });
  afterEach(() => world.close());

  const anAccount = (account: Partial<Account> = {}, id = 'acc_1') => world.anAccountWith({ id, endsIn: 8 * HOUR, account });
  const get = async (id = 'acc_1') => accountSchema.parse((await world.call('GET', `/api/accounts/${id}`)).body);
  const patch = (body: object, id = 'acc_1') => world.call('PATCH', `/api/accounts/${id}`, { body });

  describe('GET', () => {
    it('shows everything there is to know, and nothing else', async () => {
      await anAccount({
        name: 'work',
        status: limitedUntil(NOW + HOUR),
        windows: [{ name: '5h', status: 'rejected', utilization: 1.02, resetAt: NOW + HOUR }],
        benches: [{ family: 'opus', until: NOW + DAY }],
        loginExpiresAt: NOW + 30 * DAY,
        authorizedAt: NOW - DAY,
        revision: 4,
        lastRefreshedAt: NOW - HOUR,
        lastRefreshError: { at: NOW - MINUTE, message: 'the token endpoint answered 503' },
        identity: {
          accountUuid: '5e1f0a8c-0000-4000-8000-000000000001',
          email: 'one@example.com',
          organizationUuid: '5e1f0a8c-0000-4000-8000-000000000002',
          organizationName: 'Example',
          plan: 'max',
        },
        priority: 7,
      });
      const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheCreationTokens: 40 };
      world.pool.reserve('acc_1').end({ failed: true, usage });
      world.pool.reserve('acc_1');
      const reply = await world.call('GET', '/api/accounts/acc_1');
      assert.deepEqual(reply.body, {
        id: 'acc_1',
        name: 'work',
        kind: 'oauth',
        status: 'rate_limited',
        status_reason: 'Its quota is used up.',
        rate_limited_until: iso(NOW + HOUR),
        model_benches: [{ family: 'opus', until: iso(NOW + DAY) }],
        windows: [{ name: '5h', status: 'rejected', utilization: 1.02, reset_at: iso(NOW + HOUR) }],
        expires_at: iso(NOW + 8 * HOUR),
        login_expires_at: iso(NOW + 30 * DAY),
        login_expires_estimated: false,
        authorized_at: iso(NOW - DAY),
        last_refreshed_at: iso(NOW - HOUR),
        last_refresh_error: { at: iso(NOW - MINUTE), message: 'the token endpoint answered 503' },
        last_used_at: iso(NOW),
        in_flight: 1,
        counters: {
          requests: 1,
          failures: 1,
          input_tokens: 10,
          output_tokens: 20,
          cache_read_tokens: 30,
          cache_creation_tokens: 40,
        },
        organization: { uuid: '5e1f0a8c-0000-4000-8000-000000000002', name: 'Example' },
        email: 'one@example.com',
        plan: 'max',
        priority: 7,
        max_concurrency: null,
        max_utilization: null,
        allow_overage: null,
        revision: 4,
        read_only: false,
        created_at: iso(NOW - DAY),
        updated_at: iso(NOW - DAY),
      });
    });

    const STATUSES: readonly (readonly [Account['status'], string, string | null])[] = [
      [{ state: 'active' }, 'active', null],
      [limitedUntil(NOW + HOUR), 'rate_limited', 'Its quota is used up.'],
      [invalidSince(NOW), 'invalid', 'Its credential was refused. Authorize it again.'],
      [
        { state: 'invalid', reason: 'refresh_lost', since: NOW },
        'invalid',
        'A refresh was interrupted and its result lost. Authorize it again.',
      ],
      [inactive({ state: 'active' }), 'inactive', 'Switched off by a person.'],
      [inactive({ state: 'active' }, 'idle'), 'inactive', 'Switched off because nobody used it.'],
      [inactive(limitedUntil(NOW + HOUR)), 'inactive', 'Switched off by a person. Its quota is used up.'],
      [inactive(limitedUntil(NOW - HOUR)), 'inactive', 'Switched off by a person.'],
    ];
    for (const [status, shown, reason] of STATUSES) {
      it(`says of ${JSON.stringify(status)}: ${reason ?? 'nothing'}`, async () => {
        await anAccount({ status });
        const account = await get();
        assert.deepEqual([account.status, account.status_reason], [shown, reason]);
      });
    }

    it('reads a cooldown that has elapsed as active, and remembers it so', async () => {
      await anAccount({ status: limitedUntil(NOW + HOUR) });
      await world.time.advance(HOUR);
      const account = await get();
      assert.deepEqual([account.status, account.rate_limited_until], ['active', null]);
      assert.equal(world.pool.get('acc_1')?.status.state, 'active');
    });

    it('reads elapsed cooldowns as active in the list as well', async () => {
      await anAccount({ status: limitedUntil(NOW + HOUR) });
      await world.time.advance(HOUR);
      const { data } = accountListSchema.parse((await world.call('GET', '/api/accounts?sort=status')).body);
      assert.equal(data[0]?.status, 'active');
    });

    it('shows no bench that is over', async () => {
      await anAccount({ benches: [{ family: 'opus', until: NOW }] });
      assert.deepEqual((await get()).model_benches, []);
    });

    it('shows an account whose upstream named an impossible instant', async () => {
      await anAccount({ windows: [{ name: '5h', status: 'allowed', utilization: 0, resetAt: Number.POSITIVE_INFINITY }] });
      assert.equal((await get()).windows[0]?.reset_at, '9999-12-31T23:59:59.999Z');
    });

    it('answers 404 for an account that is not there', async () => {
      const reply = await world.call('GET', '/api/accounts/acc_404');
      assert.deepEqual([reply.status, reply.body.error.type], [404, 'not_found_error']);
    });
  });

  describe('the list', () => {
    const list = async (query: string) => (await world.call('GET', `/api/accounts${query}`)).body;
    const namesOf = (body: { data: { name: string }[] }) => body.data.map(({ name }) => name);
    beforeEach(async () => {
      await anAccount({ name: 'beta', priority: 1, createdAt: NOW - 3 }, 'acc_1');
      await anAccount({ name: 'Alpha', priority: 1, createdAt: NOW - 2 }, 'acc_2');
      await anAccount({ name: 'gamma', priority: 0, createdAt: NOW - 1 }, 'acc_3');
    });

    it('is in the order of creation', async () => {
      const body = await list('');
      assert.deepEqual(namesOf(body), ['beta', 'Alpha', 'gamma']);
      assert.deepEqual([body.has_more, body.next_cursor], [false, null]);
    });

    const ORDERS = [
      ['created_at', ['beta', 'Alpha', 'gamma']],
      ['-created_at', ['gamma', 'Alpha', 'beta']],
      ['name', ['Alpha', 'beta', 'gamma']],
      ['-name', ['gamma', 'beta', 'Alpha']],
      ['priority', ['gamma', 'beta', 'Alpha']],
    ] as const;
    for (const [sort, names] of ORDERS) {
      it(`sorts by ${sort}`, async () => assert.deepEqual(namesOf(await list(`?sort=${sort}`)), names));

      it(`has no gap and no repetition between the pages of ${sort}`, async () => {
        const pages: string[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const body = await list(`?sort=${sort}&limit=1${cursor && `&cursor=${cursor}`}`);
          pages.push(...namesOf(body));
          cursor = body.next_cursor;
        }
        assert.deepEqual(pages, names);
      });
    }

    it('goes on behind an account that was removed between two pages', async () => {
      const { next_cursor } = await list('?limit=1&sort=priority');
      await world.call('DELETE', '/api/accounts/acc_3');
      assert.deepEqual(namesOf(await list(`?sort=priority&cursor=${next_cursor}`)), ['beta', 'Alpha']);
    });

    for (const query of [
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1&limit=2',
      'sort=secret',
      'sort=__proto__',
      'cursor=x',
      'page=2',
    ]) {
      it(`refuses ?${query}`, async () => {
        const reply = await world.call('GET', `/api/accounts?${query}`);
        assert.equal(reply.status, 400);
        assert.deepEqual(faultsOf(reply), [query.split('=')[0]]);
      });
    }

    it('can be narrowed to a status and a kind', async () => {
      await anAccount({ status: invalidSince(NOW) }, 'acc_8');
      await anAccount({ kind: 'api_key', status: invalidSince(NOW) }, 'acc_9');
      const ids = async (query: string) => (await list(query)).data.map(({ id }: { id: string }) => id);
      assert.deepEqual(await ids('?status=invalid'), ['acc_8', 'acc_9']);
      assert.deepEqual(await ids('?status=invalid&kind=api_key&sort=-name'), ['acc_9']);
      assert.deepEqual(faultsOf(await world.call('GET', '/api/accounts?status=ill')), ['status']);
    });

    it('refuses the cursor of another order', async () => {
      const { next_cursor } = await list('?limit=1&sort=name');
      assert.equal((await world.call('GET', `/api/accounts?sort=priority&cursor=${next_cursor}`)).status, 400);
    });
  });

  describe('GET events', () => {
    it('tells what happened with the evidence, newest first', async () => {
      await anAccount();
      const headers = { 'anthropic-ratelimit-unified-5h-status': 'rejected' };
      const evidence = { summary: '429 from the upstream', row: 6, status: 429, errorType: 'rate_limit_error', headers };
      const limit = { until: NOW + HOUR, cause: 'quota', mark: null } as const;
      world.pool.apply('acc_1', { type: 'quota_rejected', at: NOW, ...limit }, evidence);
      const reply = await world.call('GET', '/api/accounts/acc_1/events');
      const [newest, oldest] = accountEventListSchema.parse(reply.body).data;
      assert.deepEqual(newest && { ...newest, id: 'evt' }, {
        id: 'evt',
        at: iso(NOW),
        type: 'quota_rejected',
        from: 'active',
        to: 'rate_limited',
        evidence: { summary: '429 from the upstream', row: 6, status: 429, error_type: 'rate_limit_error', headers },
      });
      assert.equal(oldest?.type, 'created');
    });

    it('comes in pages, oldest first when asked', async () => {
      await anAccount();
      await world.time.advance(1);
      await patch({ status: 'inactive' });
      const events = async (query: string) =>
        accountEventListSchema.parse((await world.call('GET', `/api/accounts/acc_1/events${query}`)).body);
      const first = await events('?limit=1');
      const second = await events(`?limit=1&cursor=${first.next_cursor}`);
      assert.deepEqual(
        [...first.data, ...second.data].map(({ type }) => type),
        ['disabled', 'created'],
      );
      assert.equal((await events('?sort=at')).data[0]?.type, 'created');
    });

    it('can be narrowed to some types', async () => {
      await anAccount();
      await patch({ status: 'inactive' });
      await patch({ status: 'active' });
      const types = async (query: string) =>
        accountEventListSchema
          .parse((await world.call('GET', `/api/accounts/acc_1/events${query}`)).body)
          .data.map(({ type }) => type);
      assert.deepEqual(await types('?type=disabled,created'), ['disabled', 'created']);
      assert.deepEqual(await types('?type=enabled&limit=5'), ['enabled']);
      assert.deepEqual(faultsOf(await world.call('GET', '/api/accounts/acc_1/events?type=Enabled,')), ['type']);
    });

    it('comes of all accounts together, newest first, each with the name of its account', async () => {
      await anAccount({ name: 'one' }, 'acc_1');
      await world.time.advance(1);
      await anAccount({ name: 'two' }, 'acc_2');
      await world.time.advance(1);
      await patch({ status: 'inactive', name: 'first' });
      const recent = async (query = '') =>
        recentEventListSchema
          .parse((await world.call('GET', `/api/events/recent${query}`)).body)
          .data.map(({ type, account }) => [type, account.id, account.name]);
      const all = await recent();
      assert.deepEqual(all.slice(-2), [
        ['created', 'acc_2', 'two'],
        ['created', 'acc_1', 'first'],
      ]);
      assert.deepEqual(await recent('?limit=1'), all.slice(0, 1));
      assert.equal(all[0]?.[1], 'acc_1');
      for (const query of ['?limit=0', '?limit=201', '?limit=x', '?cursor=x'])
        assert.equal((await world.call('GET', `/api/events/recent${query}`)).status, 400, query);
    });

    it('shows no secret that an upstream repeated', async () => {
      await anAccount();
      world.pool.noteRefresh('acc_1', { error: 'the endpoint said: refresh_token=spilled-token is spent' });
      const reply = await world.call('GET', '/api/accounts/acc_1/events');
      assert.ok(!reply.text.includes('spilled-token'));
      assert.ok(!(await world.call('GET', '/api/events/recent')).text.includes('spilled-token'));
      assert.ok(!(await world.call('GET', '/api/accounts/acc_1')).text.includes('spilled-token'));
    });
  });
});
