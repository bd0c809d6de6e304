import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { mock } from 'node:test';
import type { ApiKey } from '../../../src/api-keys/api-key.ts';
import { createClientAuth, presentedKeys } from '../../../src/gateway/authenticate-client.ts';
import { GatewayError } from '../../../src/gateway/errors.ts';
import { DAY, NOW } from '../../support/builders.ts';

/** A request with these header lines, as Node hands it over. */
function asked(...lines: readonly (readonly [string, string])[]): IncomingMessage {
  const headers: IncomingHttpHeaders = {};
  for (const [name, value] of lines) headers[name.toLowerCase()] ??= value;
  return { headers, rawHeaders: lines.flat() } as unknown as IncomingMessage;
}
const bearer = (key: string) => asked(['Authorization', `Bearer ${key}`]);

const aKey = (over: Partial<ApiKey> = {}): ApiKey => ({
  id: 'key_1',
  name: 'laptop',
  hash: '',
  prefix: 'hg_',
  role: 'user',
  enabled: true,
  expiresAt: null,
  createdAt: NOW - DAY,
  lastUsedAt: null,
  former: null,
  revision: 1,
  ...over,
});

const KNOWN: Readonly<Record<string, ApiKey>> = {
  good: aKey(),
  expired: aKey({ id: 'key_2', name: 'old', expiresAt: NOW }),
  ending: aKey({ id: 'key_3', expiresAt: NOW + 1 }),
  disabled: aKey({ id: 'key_4', name: 'lost', enabled: false }),
};

function anAuth({ keyRequired = true } = {}) {
  let failures = 0;
  const auth = createClientAuth({
    keys: { find: (presented) => KNOWN[presented] },
    now: Date.now,
    keyRequired: () => keyRequired,
    onFailure: () => {
      failures += 1;
    },
  });
  /** The key's name, or the status of the refusal. */
  const outcome = async (req: IncomingMessage, address = '192.0.2.1') => {
    try {
      return (await auth.authenticate(req, address))?.name ?? null;
    } catch (error) {
      assert.ok(error instanceof GatewayError);
      return error.status;
    }
  };
  const failTimes = async (times: number, address?: string) => {
    for (let n = 0; n < times; n += 1) assert.equal(await outcome(bearer('wrong'), address), 401);
  };
  const refusal = async (req: IncomingMessage, address = '192.0.2.1'): Promise<GatewayError> => {
    try {
      await auth.authenticate(req, address);
    } catch (error) {
      if (error instanceof GatewayError) return error;
    }
    throw new assert.AssertionError({ message: 'was let in' });
  };
  return { auth, outcome, failTimes, refusal, failures: () => failures };
}

describe('the keys that a request presents', () => {
  for (const [what, lines, keys] of [
    ['as Bearer', [['Authorization', 'Bearer a']], ['a']],
    ['as Bearer in any case, padded', [['authorization', 'bEARER   a  ']], ['a']],
    ['as x-api-key', [['X-Api-Key', ' a ']], ['a']],
    [
      'in both ways',
      [
        ['x-api-key', 'b'],
        ['authorization', 'Bearer a'],
      ],
      ['a', 'b'],
    ],
    ['by another scheme', [['authorization', 'Basic a']], []],
    ['without a scheme', [['authorization', 'a']], []],
    ['as two words', [['authorization', 'Bearer a b']], []],
    [
      'as nothing',
      [
        ['authorization', 'Bearer '],
        ['x-api-key', ''],
      ],
      [],
    ],
    [
      'by two Authorization fields',
      [
        ['authorization', 'Bearer a'],
        ['Authorization', 'Bearer b'],
      ],
      [],
    ],
    [
      'by two x-api-key fields',
      [
        ['x-api-key', 'a'],
        ['X-API-KEY', 'a'],
      ],
      [],
    ],
    [
      'by a cookie or another field',
      [
        ['cookie', 'a=a'],
        ['x-api-key2', 'a'],
        ['proxy-authorization', 'Bearer a'],
      ],
      [],
    ],
  ] as const satisfies readonly (readonly [string, readonly (readonly [string, string])[], readonly string[]])[]) {
    it(`${what}: ${keys.length}`, () => assert.deepEqual(presentedKeys(asked(...lines)), keys));
  }
});

describe('a client', () => {
  beforeEach(() => mock.timers.enable({ apis: ['Date', 'setTimeout'], now: NOW }));
  afterEach(() => mock.timers.reset());

  it('is known by the first valid key of two', async () => {
    const { outcome } = anAuth();
    for (const [first, second] of [
      ['good', 'wrong'],
      ['wrong', 'good'],
      ['expired', 'good'],
    ]) {
      assert.equal(await outcome(asked(['authorization', `Bearer ${first}`], ['x-api-key', String(second)])), 'laptop');
    }
  });

  it('is told nothing about a key that is not known, and the same without one', async () => {
    const { refusal } = anAuth();
    const [unknown, missing] = [await refusal(bearer('wrong')), await refusal(asked())];
    assert.equal(unknown.message, missing.message);
    assert.doesNotMatch(unknown.message, /wrong|x-api-key/);
  });

  it('is told that its key has expired, from that instant on', async () => {
    const { refusal, outcome } = anAuth();
    assert.match((await refusal(bearer('expired'))).message, /"old" expired on 2026-11-24/);
    assert.equal(await outcome(bearer('ending')), 'laptop');
  });

  it('is told that its key is disabled', async () => {
    assert.match((await anAuth().refusal(bearer('disabled'))).message, /"lost" is disabled/);
  });

  it('is told not to try the same key again', async () => {
    const { refusal } = anAuth();
    for (const key of ['wrong', 'expired', 'disabled']) assert.equal((await refusal(bearer(key))).shouldRetry, false, key);
  });
});

describe('the brake on failed keys', () => {
  beforeEach(() => mock.timers.enable({ apis: ['Date', 'setTimeout'], now: NOW }));
  afterEach(() => mock.timers.reset());

  it('answers 429 to the twenty-first in a minute', async () => {
    const { failTimes, outcome } = anAuth();
    await failTimes(20);
    assert.equal(await outcome(bearer('wrong')), 429);
  });

  it('counts keys that are missing, expired or disabled as well', async () => {
    const { outcome, failTimes } = anAuth();
    for (const req of [asked(), bearer('expired'), bearer('disabled')]) assert.equal(await outcome(req), 401);
    await failTimes(17);
    assert.equal(await outcome(bearer('expired')), 429);
  });

  it('says until when, in seconds and in words', async () => {
    const { failTimes, refusal } = anAuth();
    await failTimes(1);
    mock.timers.tick(17_500);
    await failTimes(19);
    const { message, retryAfterMs, shouldRetry } = await refusal(bearer('wrong'));
    assert.match(message, /Try again at 2026-11-24 12:01:00 UTC \(in 43 s\)\.$/);
    assert.deepEqual([retryAfterMs, shouldRetry], [42_500, null]);
  });

  it('lets go when the minute is over, and not before', async () => {
    const { failTimes, outcome } = anAuth();
    await failTimes(20);
    mock.timers.tick(59_999);
    assert.equal(await outcome(bearer('wrong')), 429);
    mock.timers.tick(1);
    assert.equal(await outcome(bearer('wrong')), 401);
  });

  it('never refuses a valid key', async () => {
    const { failTimes, outcome } = anAuth();
    await failTimes(20);
    assert.equal(await outcome(bearer('good')), 'laptop');
    assert.equal(await outcome(bearer('wrong')), 429);
  });

  it('does not count valid keys', async () => {
    const { failTimes, outcome } = anAuth();
    for (let n = 0; n < 30; n += 1) await outcome(bearer('good'));
    await failTimes(20);
  });

  it('leaves other addresses alone', async () => {
    const { failTimes, outcome } = anAuth();
    await failTimes(20);
    assert.equal(await outcome(bearer('wrong'), '192.0.2.2'), 401);
  });

  it('counts an IPv6 network as one', async () => {
    const { failTimes, outcome } = anAuth();
    await failTimes(20, '2001:db8:1:2::1');
    assert.equal(await outcome(bearer('wrong'), '2001:db8:1:2:ffff::9'), 429);
    assert.equal(await outcome(bearer('wrong'), '2001:db8:1:3::1'), 401);
  });

  it('holds under many at once', async () => {
    const { outcome } = anAuth();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome(bearer('wrong'))));
    assert.equal(outcomes.filter((status) => status === 401).length, 20);
  });

  it('is not moved by asking whether somebody would be admitted', async () => {
    const { auth, failTimes, failures } = anAuth();
    for (let n = 0; n < 30; n += 1) assert.equal(auth.admits(bearer('wrong')), false);
    assert.equal(auth.admits(bearer('good')), true);
    assert.equal(failures(), 0);
    await failTimes(20);
  });

  it('tells of each failure once', async () => {
    const { failTimes, outcome, failures } = anAuth();
    await failTimes(20);
    await outcome(bearer('wrong'));
    await outcome(bearer('good'));
    assert.equal(failures(), 21);
  });
});

describe('a client of a server that asks for no key', () => {
  const open = () => anAuth({ keyRequired: false });

  it('needs none', async () => assert.equal(await open().outcome(asked()), null));

  for (const [name, value] of [
    ['Origin', 'http://localhost:3000'],
    ['Origin', 'null'],
    ['Sec-Fetch-Site', 'cross-site'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Anything', ''],
    ['Forwarded', 'for=127.0.0.1'],
  ] as const) {
    it(`is refused with ${name}: ${value}, whatever key it has`, async () => {
      const { outcome, auth } = open();
      assert.equal(await outcome(asked([name, value], ['x-api-key', 'good'])), 403);
      assert.equal(auth.admits(asked([name, value])), false);
    });
  }

  it('is not taken for a foreign page by requests of its own', async () => {
    for (const site of ['none', 'same-origin']) assert.equal(await open().outcome(asked(['sec-fetch-site', site])), null);
  });

  it('is not braked for it', async () => {
    const { outcome } = open();
    for (let n = 0; n < 30; n += 1) assert.equal(await outcome(asked(['origin', 'https://a.example'])), 403);
  });
});
