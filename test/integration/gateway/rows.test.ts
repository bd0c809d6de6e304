/** Every row of the reply table through the whole product: what the client gets, what becomes of the account, what is on record, what was asked upstream. */
import assert from 'node:assert/strict';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { aMessage, startWorld, type World } from '../../support/start-app.ts';

type Fault = Parameters<Simulator['fault']>[1];
const U = 'anthropic-ratelimit-unified';
const inAnHour = () => String(Math.floor(Date.now() / 1000) + 3600);
const answers = (status: number, type: string, message: string, headers: Record<string, string> = {}): Fault => ({
  action: { kind: 'status', status, type, message, headers },
  times: null,
});
const limited = (headers: Record<string, string>, message = 'Rate limited'): Fault =>
  answers(429, 'rate_limit_error', message, headers);

interface Expected {
  /** What the client sees when the second account is well. */
  readonly client: number;
  /** Of the first account afterwards. */
  readonly state: string;
  /** Requests that each account got for this one. */
  readonly asked: readonly [one: number, two: number];
  /** The row that judged the first attempt. */
  readonly row: number;
  /** On record about the account; null: nothing. */
  readonly evidence: { readonly type: string; readonly status: number } | null;
}

const EXPECTED: readonly (readonly [row: string, fault: () => Fault, expected: Expected])[] = [
  [
    '1: a message',
    () => ({ action: { kind: 'delay', ms: 1 } }),
    { client: 200, state: 'active', asked: [1, 0], row: 1, evidence: null },
  ],
  [
    '2: an error as first event',
    () => ({ action: { kind: 'first_event_error', type: 'rate_limit_error' }, times: null }),
    { client: 200, state: 'rate_limited', asked: [1, 1], row: 11, evidence: { type: 'throttled', status: 429 } },
  ],
  [
    '3: a redirect',
    () => answers(302, 'x', 'x', { location: 'https://elsewhere.example/' }),
    { client: 502, state: 'active', asked: [1, 0], row: 3, evidence: null },
  ],
  [
    '4: the beta header is missing',
    () => answers(401, 'authentication_error', 'OAuth authentication is currently not supported.'),
    { client: 401, state: 'active', asked: [1, 0], row: 4, evidence: null },
  ],
  [
    '5: 401, on a renewed token too',
    () => answers(401, 'authentication_error', 'Invalid bearer token'),
    { client: 200, state: 'rate_limited', asked: [2, 1], row: 5, evidence: { type: 'throttled', status: 401 } },
  ],
  [
    '6: an account-wide window',
    () => limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: inAnHour() }),
    { client: 200, state: 'rate_limited', asked: [1, 1], row: 6, evidence: { type: 'quota_rejected', status: 429 } },
  ],
  [
    '7: a family window',
    () => limited({ [`${U}-7d_sonnet-status`]: 'rejected', [`${U}-7d_sonnet-reset`]: inAnHour() }),
    { client: 200, state: 'active', asked: [1, 1], row: 7, evidence: { type: 'family_benched', status: 429 } },
  ],
  [
    '8: rejected, no window says so',
    () => limited({ [`${U}-status`]: 'rejected', [`${U}-reset`]: inAnHour() }),
    { client: 200, state: 'rate_limited', asked: [1, 1], row: 8, evidence: { type: 'quota_rejected', status: 429 } },
  ],
  [
    '9: the slow lane is full',
    () => limited({ [`${U}-slow-status`]: 'slot_busy' }),
    { client: 429, state: 'active', asked: [1, 0], row: 9, evidence: null },
  ],
  [
    '10: a pause',
    () => limited({ 'retry-after': '30' }),
    { client: 200, state: 'rate_limited', asked: [1, 1], row: 10, evidence: { type: 'throttled', status: 429 } },
  ],
  [
    '11: a bare 429',
    () => limited({}),
    { client: 200, state: 'rate_limited', asked: [1, 1], row: 11, evidence: { type: 'throttled', status: 429 } },
  ],
  [
    '12: the account is unusable',
    () => answers(403, 'permission_error', 'This organization has been disabled.'),
    { client: 200, state: 'rate_limited', asked: [1, 1], row: 12, evidence: { type: 'throttled', status: 403 } },
  ],
  [
    '13: for Claude Code only',
    () => answers(400, 'invalid_request_error', 'This credential is only authorized for use with Claude Code.'),
    { client: 403, state: 'active', asked: [1, 0], row: 13, evidence: null },
  ],
  [
    '14: the client’s own fault',
    () => answers(400, 'invalid_request_error', 'messages: Field required'),
    { client: 400, state: 'active', asked: [1, 0], row: 14, evidence: null },
  ],
  [
    '15: a crash',
    () => answers(500, 'api_error', 'Internal server error'),
    { client: 200, state: 'active', asked: [1, 1], row: 15, evidence: null },
  ],
  [
    '15: HTML instead of a message',
    () => ({
      action: { kind: 'status', status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' },
      times: null,
    }),
    { client: 200, state: 'active', asked: [1, 1], row: 15, evidence: null },
  ],
  [
    '16: a timeout upstream',
    () => answers(504, 'timeout_error', 'Timed out'),
    { client: 504, state: 'active', asked: [1, 0], row: 16, evidence: null },
  ],
  [
    '18: broken after sending',
    () => ({ action: { kind: 'reset' }, times: null }),
    { client: 502, state: 'active', asked: [1, 0], row: 18, evidence: null },
  ],
];

describe('row', () => {
  let world: World;
  let one: string;
  beforeEach(async () => {
    world = await startWorld();
    one = await world.addAccount('one');
    await world.addAccount('two');
  });
  afterEach(() => world.stop());

  const asked = (name: string) => world.simulator.books.requests(name).length;
  const history = async () =>
    (await world.admin('GET', `/api/accounts/${one}/events`)).body.data as {
      type: string;
      evidence: { row?: number; status?: number };
    }[];

  for (const [what, fault, expected] of EXPECTED) {
    it(what, async () => {
      world.simulator.fault('one', fault());
      const isStream = what.startsWith('2:');
      const reply = await world.ask({ body: { ...aMessage, stream: isStream }, headers: { 'user-agent': 'test' } });
      const text = await reply.text().catch(() => '');
      assert.equal(reply.status, expected.client, text);
      assert.deepEqual([asked('one'), asked('two')], expected.asked);
      const account = await world.statusOf(one);
      assert.equal(account.status, expected.state);
      const why = (await world.admin('GET', `/api/requests/${reply.headers.get('x-headgate-request-id')}/why`)).body;
      assert.equal(why.attempts.find(({ chosen_by }: { chosen_by: string }) => chosen_by !== 'renewed').row, expected.row);
      const marks = (await history()).filter(({ type }) => !['created', 'refreshed', 'edited'].includes(type));
      if (expected.evidence === null) assert.deepEqual(marks, []);
      else
        assert.deepEqual([marks.at(-1)?.type, marks.at(-1)?.evidence.status], [expected.evidence.type, expected.evidence.status]);
      assert.doesNotMatch(await metric('headgate_billed_twice_total'), /[1-9]/);
    });
  }

  const metric = async (name: string): Promise<string> => {
    const reply = await fetch(`${world.app.url}/metrics`, { headers: { authorization: `Bearer ${world.app.adminKey}` } });
    return (await reply.text()).split('\n').find((line) => line.startsWith(name)) ?? '';
  };

  it('7 leaves the account to other families', async () => {
    world.simulator.fault('one', limited({ [`${U}-7d_sonnet-status`]: 'rejected', [`${U}-7d_sonnet-reset`]: inAnHour() }));
    await world.ask();
    world.simulator.clearFaults();
    const served = new Set<string | null>();
    for (let i = 0; i < 4; i += 1)
      served.add((await world.ask({ body: { ...aMessage, model: 'claude-opus-5-5' } })).headers.get('x-headgate-account'));
    assert.deepEqual(served, new Set(['one', 'two']));
    for (let i = 0; i < 3; i += 1) assert.equal((await world.ask()).headers.get('x-headgate-account'), 'two');
  });

  it('10 passes the pause on when the sibling is told to pause, too', async () => {
    for (const name of ['one', 'two']) world.simulator.fault(name, limited({ 'retry-after': '30' }));
    const reply = await world.ask();
    assert.deepEqual([reply.status, reply.headers.get('retry-after')], [429, '30']);
    assert.deepEqual([asked('one'), asked('two')], [1, 1]);
    assert.equal((await world.statusOf(one)).status, 'active', 'two accounts that refuse alike prove nothing about either');
  });

  it('13 goes on to an API-key account', async () => {
    world.simulator.addAccount({ name: 'key' });
    const secret = world.simulator.issueApiKey('key');
    await world.admin('POST', '/api/accounts', { name: 'key', kind: 'api_key', api_key: secret });
    for (const name of ['one', 'two'])
      world.simulator.fault(
        name,
        answers(400, 'invalid_request_error', 'This credential is only authorized for use with Claude Code.'),
      );
    assert.equal((await world.ask()).headers.get('x-headgate-account'), 'key');
  });

  it('on an unknown path means nothing, and leads nowhere else', async () => {
    for (const name of ['one', 'two'])
      world.simulator.fault(name, { ...limited({ [`${U}-5h-status`]: 'rejected' }), path: '/v1/novelties' });
    const reply = await world.ask({ path: '/v1/novelties' });
    assert.equal(reply.status, 429);
    assert.equal(asked('one') + asked('two'), 1);
    assert.equal((await world.statusOf(one)).status, 'active');
  });
});

describe('an upstream that fails', () => {
  let world: World;
  afterEach(() => world.stop());

  const start = async (config: Parameters<typeof startWorld>[0] = {}) => {
    world = await startWorld({ accounts: ['one'], ...config });
    world.simulator.fault('one', { action: { kind: 'status', status: 500 }, times: null });
  };
  const keys = async (count: number): Promise<string[]> => {
    const made = await Promise.all(
      Array.from({ length: count }, (_, i) => world.admin('POST', '/api/keys', { name: `k${i}`, role: 'user' })),
    );
    return made.map(({ body }) => body.key as string);
  };
  const askAs = (key: string, model = aMessage.model) =>
    world.ask({ headers: { authorization: `Bearer ${key}` }, body: { ...aMessage, model } });

  it('is given a rest once ten requests of several clients failed in a row, for that family alone', async () => {
    await start({ config: { retry: { enabled: false } } });
    const clients = await keys(4);
    for (let i = 0; i < 10; i += 1) assert.equal((await askAs(clients[i % 4] ?? '')).status, 500);
    const refused = await askAs(clients[0] ?? '');
    assert.equal(refused.status, 529);
    assert.ok(Number(refused.headers.get('retry-after')) > 10);
    assert.match(await refused.text(), /overloaded_error/);
    world.simulator.clearFaults();
    assert.equal((await askAs(clients[0] ?? '', 'claude-opus-5-5')).status, 200);
  });

  it('is never given a rest because of one client', async () => {
    await start({ config: { retry: { enabled: false } } });
    for (let i = 0; i < 15; i += 1) assert.equal((await world.ask()).status, 500);
  });

  it('is not met with more than three retries a second beyond a fifth of the traffic', async () => {
    await start();
    await Promise.all(Array.from({ length: 20 }, () => world.ask()));
    const asked = world.simulator.books.requests('one').length;
    assert.ok(asked >= 20 && asked <= 20 + 12, `${asked} requests upstream for 20`);
  });
});
