/** What each fault looks like on the wire. */
import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { FaultInput } from '../../../src/simulator/faults/fault-script.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { openRaw } from '../../support/raw-client.ts';
import { aPrompt, ask, eventsOf, receive } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const R = 'anthropic-ratelimit-';
const U = `${R}unified-`;
type Action = FaultInput['action'];

let now = NOW;
let simulator: Simulator;
let token: string;
beforeEach(async () => {
  now = NOW;
  simulator = await createSimulator({ now: () => now });
  simulator.addAccount({ name: 'ada' });
  token = simulator.issueTokens('ada').accessToken;
});
afterEach(() => simulator.close());

const met = (action: Action, over: object = {}): Promise<Response> => {
  simulator.fault('ada', { action });
  return ask(simulator, token, { body: { ...aPrompt, ...over } });
};
const bytesOf = async (reply: Response) => Buffer.from(await reply.arrayBuffer());

/** The head and the body as the socket had them, byte for byte. */
async function onTheWire(action: Action): Promise<string> {
  simulator.fault('ada', { action });
  const body = JSON.stringify(aPrompt);
  const connection = await openRaw(simulator.url);
  connection.send(
    `POST /v1/messages HTTP/1.1\r\nhost: simulator\r\nauthorization: Bearer ${token}\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: oauth-2025-04-20\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  return (await connection.closed).text;
}

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
    simulator.fault('ada', { action: { kind: 'quota_rejected', reset: 100 }, times: 2 });
    const first = await ask(simulator, token);
    now += 40_000;
    const second = await ask(simulator, token);
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
    Object.fromEntries([...headers].filter(([name]) => name.startsWith(R)).map(([name, value]) => [name.slice(R.length), value]));

  it('of a family names the family in its window and its claim', async () => {
    const reply = await met({ kind: 'family_rejected', window: '7d_opus' });
    const { 'unified-representative-claim': claim, 'unified-7d_opus-status': status } = limitFields(reply);
    assert.deepEqual([reply.status, claim, status], [429, 'seven_day_opus', 'rejected']);
  });

  it('without a window has the status and the claim alone', async () => {
    const reply = await met({ kind: 'rejected_unnamed', claim: 'seven_day', reset: null });
    assert.deepEqual(limitFields(reply), { 'unified-status': 'rejected', 'unified-representative-claim': 'seven_day' });
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

describe('a stream', () => {
  const streamed = (action: Action) => met(action, { stream: true });
  const namesOf = async (reply: Response) => eventsOf(await reply.text()).map(({ name }) => name);
  const well = async () => (await ask(simulator, token, { body: { ...aPrompt, stream: true } })).text();
  /** Ids count requests. */
  const withoutIds = (text: string) => text.replaceAll(/msg_sim_\d+/g, 'msg');

  it('can begin with a comment, and then an error', async () => {
    const reply = await streamed({ kind: 'first_event_error', commentFirst: true, type: 'api_error' });
    const text = await reply.text();
    assert.match(text, /^: a comment\n\nevent: error\ndata: .*"api_error"/);
  });

  it('can end before its last event, in order', async () => {
    const { events, broke } = await receive(await streamed({ kind: 'end_early' }));
    assert.deepEqual([events.at(-1)?.name, broke], ['message_delta', false]);
    const shorter = await receive(await streamed({ kind: 'end_early', afterEvents: 2 }));
    assert.deepEqual([shorter.events.length, shorter.broke], [2, false]);
  });

  it('can hold an error in its middle, and end with it', async () => {
    const names = await namesOf(await streamed({ kind: 'error_event', afterEvents: 3, type: 'api_error' }));
    assert.deepEqual([names.length, names.at(-1)], [4, 'error']);
  });

  it('can go on behind its end', async () => {
    assert.deepEqual((await namesOf(await streamed({ kind: 'after_stop' }))).slice(-3), ['message_stop', 'message_stop', 'ping']);
  });

  it('can fall silent, with pings', async () => {
    const began = performance.now();
    const names = await namesOf(await streamed({ kind: 'silence', afterEvents: 3, ms: 60, pings: 2 }));
    assert.deepEqual([names.slice(3, 5), names.at(-1)], [['ping', 'ping'], 'message_stop']);
    assert.ok(performance.now() - began >= 55);
  });

  for (const [lineEnds, end] of [
    ['crlf', '\r\n'],
    ['cr', '\r'],
    ['lf', '\n'],
  ] as const) {
    it(`can have other line ends, a byte order mark, and come in crumbs: ${lineEnds}`, async () => {
      const usual = await well();
      const bytes = await bytesOf(await streamed({ kind: 'reshaped', lineEnds, byteOrderMark: true, bytesPerWrite: 7 }));
      assert.equal(withoutIds(bytes.toString('utf8')), `\uFEFF${withoutIds(usual).replaceAll('\n', end)}`);
    });
  }

  it('can come at a pace', async () => {
    const began = performance.now();
    const usual = await well();
    await (await streamed({ kind: 'reshaped', bytesPerWrite: Math.ceil(usual.length / 4), msPerWrite: 10 })).text();
    assert.ok(performance.now() - began >= 35);
  });

  it('can be long, with lines as long as told', async () => {
    const text = await (await streamed({ kind: 'flood', bytes: 3_000_000, bytesPerEvent: 1_000_000 })).text();
    const long = text.split('\n').filter((line) => line.length > 1_000_000);
    assert.deepEqual([long.length, eventsOf(text).at(-1)?.name], [3, 'message_stop']);
  });

  it('waits for a reader that is slow', async () => {
    simulator.fault('ada', { action: { kind: 'flood', bytes: 100_000_000, bytesPerEvent: 100_000 } });
    const reply = await ask(simulator, token, { body: { ...aPrompt, stream: true } });
    const reader = reply.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const sent = simulator.books.api.at(-1)?.eventsSent ?? 0;
    assert.ok(sent < 500, `${sent} events were sent to somebody who read one`);
  });

  it('is written without a trace, however often it had to wait', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => void warnings.push(name);
    process.on('warning', note);
    await (await streamed({ kind: 'flood', bytes: 5_000_000, bytesPerEvent: 100_000 })).text();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });

  it('can begin with many bytes and no event', async () => {
    const text = await (await streamed({ kind: 'no_event', bytes: 70_000 })).text();
    assert.match(text, /^:x{70000}\n\nevent: message_start/);
  });

  for (const [encoding, decode] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
  ] as const) {
    for (const stream of [true, false]) {
      it(`can be compressed, as can JSON: ${encoding}, ${stream ? 'a stream' : 'JSON'}`, async () => {
        simulator.fault('ada', { action: { kind: 'compressed', encoding } });
        const { message, body } = await exactly(stream);
        assert.equal(message.headers['content-encoding'], encoding);
        assert.match(decode(body).toString('utf8'), stream ? /^event: message_start/ : /^\{"id":"msg_sim/);
      });
    }
  }

  it('can be JSON instead', async () => {
    const reply = await streamed({ kind: 'unstreamed' });
    assert.equal(reply.headers.get('content-type'), 'application/json');
    assert.equal(((await reply.json()) as { type: string }).type, 'message');
  });

  it('can be JSON that nobody can read', async () => {
    const reply = await streamed({ kind: 'broken_json' });
    assert.equal(reply.status, 200);
    await assert.rejects(reply.json());
  });

  /** As it came: `fetch` decodes what is compressed. */
  async function exactly(stream: boolean): Promise<{ readonly message: IncomingMessage; readonly body: Buffer }> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { authorization: `Bearer ${token}`, 'anthropic-version': '2023-06-01', 'anthropic-beta': 'oauth-2025-04-20' };
    const sent = request(`${simulator.url}/v1/messages`, { method: 'POST', headers, agent: false }, resolve);
    sent.on('error', reject).end(JSON.stringify({ ...aPrompt, stream }));
    const message = await promise;
    return { message, body: Buffer.concat(await message.toArray()) };
  }
});

describe('a connection', () => {
  it('can be closed without a byte', async () => {
    assert.equal(await onTheWire({ kind: 'close' }), '');
  });

  it('can be closed just when it is used again, and only then', async () => {
    simulator.fault('ada', { action: { kind: 'stale_connection' }, times: null });
    assert.equal((await ask(simulator, token, { headers: { connection: 'close' } })).status, 200);
    const body = JSON.stringify(aPrompt);
    const once = `POST /v1/messages HTTP/1.1\r\nhost: simulator\r\nauthorization: Bearer ${token}\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: oauth-2025-04-20\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const connection = await openRaw(simulator.url);
    connection.send(once);
    await connection.until((text) => text.includes('"usage"'));
    connection.send(once);
    const { text } = await connection.closed;
    assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1);
  });
});
