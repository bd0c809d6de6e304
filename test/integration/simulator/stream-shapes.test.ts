/** What each fault of streams and connections looks like on the wire. */
import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { openRaw } from '../../support/raw-client.ts';
import { aPrompt, ask, eventsOf, receive } from './simulator-client.ts';
import { type Action, type StruckSimulator, struckSimulator } from './struck-simulator.ts';

describe('a fault on the wire:', () => {
  let struck: StruckSimulator;
  beforeEach(async () => {
    struck = await struckSimulator(Date.now);
  });
  afterEach(() => struck.simulator.close());
  const met: StruckSimulator['met'] = (action, over) => struck.met(action, over);
  const onTheWire: StruckSimulator['onTheWire'] = (action) => struck.onTheWire(action);
  const bytesOf = async (reply: Response) => Buffer.from(await reply.arrayBuffer());

  describe('a stream', () => {
    const streamed = (action: Action) => met(action, { stream: true });
    const namesOf = async (reply: Response) => eventsOf(await reply.text()).map(({ name }) => name);
    const well = async () => (await ask(struck.simulator, struck.token, { body: { ...aPrompt, stream: true } })).text();
    /** Ids count requests. */
    const withoutIds = (text: string) => text.replaceAll(/msg_sim_\d+/g, 'msg');

    it('can begin with a comment, and then an error', async () => {
      const reply = await streamed({ kind: 'first_event_error', commentFirst: true, type: 'api_error' });
      const text = await reply.text();
      assert.match(text, /^: a comment\n\nevent: error\ndata: .*"api_error"/);
    });

    for (const kind of ['cut', 'reset'] as const) {
      it(`can break in the middle of an event: ${kind}`, async () => {
        const { text, broke } = await receive(await streamed({ kind, afterEvents: 2, midEvent: true }));
        const [, , half = ''] = text.split('\n\n');
        assert.deepEqual([broke, half.startsWith('event: content_block_start'), text.endsWith('\n\n')], [true, true, false]);
      });
    }

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
      assert.deepEqual((await namesOf(await streamed({ kind: 'after_stop' }))).slice(-3), [
        'message_stop',
        'message_stop',
        'ping',
      ]);
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
      struck.simulator.fault('ada', { action: { kind: 'flood', bytes: 100_000_000, bytesPerEvent: 100_000 } });
      const reply = await ask(struck.simulator, struck.token, { body: { ...aPrompt, stream: true } });
      const reader = reply.body?.getReader();
      await reader?.read();
      await reader?.cancel();
      const sent = struck.simulator.books.api.at(-1)?.eventsSent ?? 0;
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
          struck.simulator.fault('ada', { action: { kind: 'compressed', encoding } });
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
      const headers = {
        authorization: `Bearer ${struck.token}`,
        'anthropic-version': '2023-06-01',
        'anthropic-beta': 'oauth-2025-04-20',
      };
      const sent = request(`${struck.simulator.url}/v1/messages`, { method: 'POST', headers, agent: false }, resolve);
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
      struck.simulator.fault('ada', { action: { kind: 'stale_connection' }, times: null });
      assert.equal((await ask(struck.simulator, struck.token, { headers: { connection: 'close' } })).status, 200);
      const connection = await openRaw(struck.simulator.url);
      connection.send(struck.requestText);
      await connection.until((text) => text.includes('"usage"'));
      connection.send(struck.requestText);
      const { text } = await connection.closed;
      assert.equal(text.match(/HTTP\/1\.1/g)?.length, 1);
    });
  });
});
