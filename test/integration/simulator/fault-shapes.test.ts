/** What each fault of limits, refusals and heads looks like on the wire. */
import assert from 'node:assert/strict';
import { ask } from './simulator-client.ts';
import { type Action, type StruckSimulator, struckSimulator } from './struck-simulator.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const R = 'anthropic-ratelimit-';
const U = `${R}unified-`;

describe('a fault on the wire:', () => {
  let now = NOW;
  let struck: StruckSimulator;
  beforeEach(async () => {
    now = NOW;
    struck = await struckSimulator(() => now);
  });
  afterEach(() => struck.simulator.close());
  const met: StruckSimulator['met'] = (action, over) => struck.met(action, over);
  const onTheWire: StruckSimulator['onTheWire'] = (action) => struck.onTheWire(action);

  describe('retry-after', () => {
    const shapes: readonly (readonly [what: string, over: object, written: string | null])[] = [
      ['in seconds', { retryAfter: 7 }, '7'],
      ['in broken seconds', { retryAfter: 1.5 }, '1.5'],
      ['negative', { retryAfter: -5 }, '-5'],
      ['huge', { retryAfter: 1e9 }, '1000000000'],
      ['as an HTTP date', { retryAfter: 90, retryAfterAs: 'date' }, 'Tue, 24 Nov 2026 12:01:30 GMT'],
      ['as an HTTP date in the past', { retryAfter: -90, retryAfterAs: 'date' }, 'Tue, 24 Nov 2026 11:58:30 GMT'],
      ['empty', { retryAfter: '' }, ''],
      ['that is no number', { retryAfter: 'NaN' }, 'NaN'],
      ['that is not there', { retryAfter: null }, null],
    ];
    for (const [what, over, written] of shapes) {
      for (const kind of [
        'throttled',
        'overloaded',
        'server_error',
        'slow_lane_busy',
        'minute_used_up',
        'quota_rejected',
      ] as const) {
        it(`comes ${what} with ${kind}`, async () =>
          assert.equal((await met({ kind, ...over })).headers.get('retry-after'), written));
      }
    }

    it('comes in two fields', async () => {
      const wire = await onTheWire({ kind: 'throttled', retryAfter: [5, 'soon'] });
      assert.deepEqual(wire.match(/^retry-after: .*$/gim), ['retry-after: 5', 'retry-after: soon']);
    });

    it('says how long it is to the reset when nothing else is said, and less as time passes', async () => {
      struck.simulator.fault('ada', { action: { kind: 'quota_rejected', reset: 100 }, times: 2 });
      const first = await ask(struck.simulator, struck.token);
      now += 40_000;
      const second = await ask(struck.simulator, struck.token);
      const told = [first, second].map(({ headers }) => [headers.get('retry-after'), headers.get(`${U}5h-reset`)]);
      const reset = String(NOW / 1000 + 100);
      assert.deepEqual(told, [
        ['100', reset],
        ['60', reset],
      ]);
    });
  });

  describe('the stamp of a reset', () => {
    const shapes: readonly (readonly [what: string, over: object, written: string | null])[] = [
      ['in Unix seconds', { reset: 60, resetAs: 'seconds' }, String(NOW / 1000 + 60)],
      ['in Unix milliseconds', { reset: 60, resetAs: 'milliseconds' }, String(NOW + 60_000)],
      ['in RFC 3339', { reset: 60, resetAs: 'rfc3339' }, '2026-11-24T12:01:00.000Z'],
      ['in the past', { reset: -3600, resetAs: 'seconds' }, String(NOW / 1000 - 3600)],
      ['at the end of time', { reset: '253402300799' }, '253402300799'],
      ['that nobody can read', { reset: 'soon' }, 'soon'],
      ['that is not there', { reset: null }, null],
    ];
    const names = {
      quota_rejected: `${U}5h-reset`,
      family_rejected: `${U}7d_sonnet-reset`,
      rejected_unnamed: `${U}reset`,
      minute_used_up: `${R}requests-reset`,
      overage_in_use: `${U}5h-reset`,
    } as const;
    for (const [what, over, written] of shapes) {
      for (const [kind, name] of Object.entries(names)) {
        // A good reply tells of its windows anyhow.
        if (kind === 'overage_in_use' && written === null) continue;
        it(`comes ${what} with ${kind}`, async () =>
          assert.equal((await met({ kind, ...over } as Action)).headers.get(name), written));
      }
    }
  });

  describe('a limit', () => {
    const limitFields = ({ headers }: Response) =>
      Object.fromEntries(
        [...headers].filter(([name]) => name.startsWith(R)).map(([name, value]) => [name.slice(R.length), value]),
      );

    it('of a family names the family in its window and its claim', async () => {
      const reply = await met({ kind: 'family_rejected', window: '7d_opus' });
      const { 'unified-representative-claim': claim, 'unified-7d_opus-status': status } = limitFields(reply);
      assert.deepEqual([reply.status, claim, status], [429, 'seven_day_opus', 'rejected']);
    });

    it('without a window has the status and the claim alone', async () => {
      const reply = await met({ kind: 'rejected_unnamed', claim: 'seven_day', reset: null });
      assert.deepEqual(limitFields(reply), { 'unified-status': 'rejected', 'unified-representative-claim': 'seven_day' });
    });

    it('can be told by the window alone', async () => {
      const reply = await met({ kind: 'quota_rejected', windowAlone: true, retryAfter: null });
      assert.deepEqual(limitFields(reply), {
        'unified-5h-status': 'rejected',
        'unified-5h-reset': String(NOW / 1000 + 3600),
        'unified-5h-utilization': '1.0',
      });
      assert.equal(reply.headers.get('retry-after'), null);
    });

    it('of the slow lane says slot_busy', async () => {
      assert.deepEqual(limitFields(await met({ kind: 'slow_lane_busy' })), { 'unified-slow-status': 'slot_busy' });
    });

    it('of a minute says what is used up', async () => {
      assert.deepEqual(limitFields(await met({ kind: 'minute_used_up', what: 'input-tokens', limit: 30_000 })), {
        'input-tokens-limit': '30000',
        'input-tokens-remaining': '0',
        'input-tokens-reset': '2026-11-24T12:00:20.000Z',
      });
    });

    for (const action of [
      { kind: 'bare_429' },
      { kind: 'bare_429', empty: true },
      { kind: 'request_refused' },
      { kind: 'spend_limit' },
    ] as const) {
      it(`is told by no field with ${JSON.stringify(action)}`, async () => {
        const reply = await met(action);
        assert.deepEqual([reply.status, limitFields(reply), reply.headers.get('retry-after')], [429, {}, null]);
        assert.equal((await reply.text()) === '', 'empty' in action);
      });
    }

    it('of spending comes with its code', async () => {
      const { error } = (await (await met({ kind: 'spend_limit' })).json()) as { error: { details: object } };
      assert.deepEqual(error.details, { error_code: 'spend_limit_reached' });
    });
  });

  describe('a refusal', () => {
    for (const [action, status, wording] of [
      [{ kind: 'missing_beta' }, 401, /currently not supported/],
      [{ kind: 'unauthorized', message: 'Invalid bearer token' }, 401, /Invalid bearer token/],
      [{ kind: 'account_unusable' }, 403, /has been disabled/],
      [{ kind: 'account_unusable', status: 400 }, 400, /has been disabled/],
      [{ kind: 'account_unusable', why: 'oauth_not_allowed' }, 403, /not allowed for this organization/],
      [{ kind: 'account_unusable', why: 'identity_verification' }, 403, /Identity verification/],
      [{ kind: 'account_unusable', why: 'credit_balance_too_low', status: 402 }, 402, /credit balance is too low/],
      [{ kind: 'claude_code_only' }, 400, /only authorized for use with Claude Code/],
      [{ kind: 'client_error', why: 'prompt_too_long' }, 400, /prompt is too long/],
      [{ kind: 'client_error', why: 'too_large' }, 413, /maximum size/],
      [{ kind: 'gateway_timeout' }, 504, /Timed out/],
    ] as const) {
      it(`has its status and its words: ${JSON.stringify(action)}`, async () => {
        const reply = await met(action);
        assert.deepEqual([reply.status, wording.test(await reply.text())], [status, true]);
      });
    }

    it('can be a redirect', async () => {
      const reply = await met({ kind: 'redirect', status: 308, location: 'https://login.example/' });
      assert.deepEqual([reply.status, reply.headers.get('location')], [308, 'https://login.example/']);
    });

    for (const status of [502, 403, 520, 200] as const) {
      it(`can be a page: ${status}`, async () => {
        const reply = await met({ kind: 'html_page', status });
        assert.deepEqual([reply.status, reply.headers.get('content-type')?.startsWith('text/html')], [status, true]);
      });
    }
  });

  describe('a head', () => {
    it('can hold other fields than usual, several of a name', async () => {
      const wire = await onTheWire({
        kind: 'reply_headers',
        headers: { 'x-odd': ['1', '2'], [`${U}fallback`]: 'available', [`${U}5h-status`]: 'novel' },
      });
      assert.deepEqual(wire.match(/^x-odd: .*$/gm), ['x-odd: 1', 'x-odd: 2']);
      assert.match(wire, /unified-fallback: available/);
      assert.deepEqual(wire.match(/^anthropic-ratelimit-unified-5h-status: .*$/gm), [
        'anthropic-ratelimit-unified-5h-status: novel',
      ]);
    });

    it('can say that the reply is paid for', async () => {
      const reply = await met({ kind: 'overage_in_use' });
      assert.deepEqual(
        [reply.status, ...['overage-in-use', '5h-status', 'status'].map((name) => reply.headers.get(U + name))],
        [200, 'true', 'rejected', 'rejected'],
      );
    });

    for (const status of [100, 102, 103] as const) {
      it(`can follow interim replies: ${status}`, async () => {
        const wire = await onTheWire({ kind: 'interim', status, times: 2 });
        assert.deepEqual(
          [...wire.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => Number(code)),
          [status, status, 200],
        );
      });
    }

    const MALFORMED = {
      garbage: /^GARBAGE/,
      two_lengths: /content-length: 2\r\ncontent-length: 3/,
      length_and_chunks: /content-length: 2\r\ntransfer-encoding: chunked/,
      bad_chunk: /\r\n\r\nxyz\r\n/,
      bad_field: /\r\nno colon here\r\n/,
      no_content_with_body: /^HTTP\/1\.1 204 [\s\S]*but here it is$/,
    } as const;
    for (const [how, pattern] of Object.entries(MALFORMED)) {
      it(`can be malformed: ${how}`, async () =>
        assert.match(await onTheWire({ kind: 'malformed', how: how as keyof typeof MALFORMED }), pattern));
    }

    for (const [fields, bytesPerField] of [
      [1, 1_000_000],
      [10_000, 10],
    ] as const) {
      it(`can be huge: ${fields} fields of ${bytesPerField} bytes`, async () => {
        const wire = await onTheWire({ kind: 'huge_head', fields, bytesPerField });
        assert.deepEqual([wire.match(/^x-padding-/gm)?.length, wire.length > fields * bytesPerField], [fields, true]);
      });
    }
  });
});
