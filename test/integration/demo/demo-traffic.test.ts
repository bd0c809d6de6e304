import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { mock } from 'node:test';
import { DEMO_CLIENTS } from '../../../src/simulator/demo/demo-clients.ts';
import { type DemoTraffic, startDemoTraffic } from '../../../src/simulator/demo/demo-traffic.ts';
import { eventually } from '../simulator/simulator-client.ts';

const PAUSE_MS = 1000;
const CONVERSATIONS = DEMO_CLIENTS.flatMap(({ models }) => models).length;

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly model: string; readonly stream?: boolean; readonly messages: readonly { readonly role: string }[] };
}

describe('the traffic of the demo', () => {
  let server: Server;
  let url: string;
  let traffic: DemoTraffic;
  let asked: Asked[];
  let answer: (res: ServerResponse) => void;
  const messages = () => asked.filter(({ path }) => path === '/v1/messages');

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    asked = [];
    answer = (res) => res.end('{}');
    server = createServer((req, res) => {
      void text(req).then((body) => {
        asked.push({ path: req.url ?? '', headers: req.headers, body: JSON.parse(body) as Asked['body'] });
        answer(res);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const apiKeys = new Map(DEMO_CLIENTS.map(({ name }) => [name, `key of ${name}`]));
    traffic = startDemoTraffic({ baseUrl: url, apiKeys, pauseMs: PAUSE_MS });
  });
  afterEach(async () => {
    traffic.stop();
    mock.timers.reset();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** One more message. A conversation whose last answer is still being read lets its turn pass. */
  const turn = async () => {
    const before = messages().length;
    while (messages().length === before) {
      mock.timers.tick(PAUSE_MS);
      for (let rounds = 0; rounds < 100 && messages().length === before; rounds += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const distinct = (of: (request: Asked) => unknown) => new Set(messages().map(of)).size;
  const lengthsOf = (model: string, agent: string) =>
    messages()
      .filter(({ headers, body }) => body.model === model && headers['user-agent'] === agent)
      .map(({ body }) => body.messages.length);

  it('is one request a moment, in turns of the conversations of several clients, on several models, streamed and not', async () => {
    mock.timers.tick(PAUSE_MS - 1);
    for (let turns = 0; turns < 2 * CONVERSATIONS; turns += 1) await turn();
    assert.deepEqual(
      [
        messages().length,
        distinct(({ headers }) => headers.authorization),
        distinct(({ headers }) => headers['user-agent']),
        distinct(({ body }) => body.model),
        distinct(({ body }) => body.stream),
      ],
      [2 * CONVERSATIONS, 3, 3, 3, 2],
    );
  });

  it('comes with the key of its client', async () => {
    for (let turns = 0; turns < CONVERSATIONS; turns += 1) await turn();
    for (const { name, userAgent } of DEMO_CLIENTS) {
      const keys = messages().filter(({ headers }) => headers['user-agent'] === userAgent);
      assert.deepEqual(new Set(keys.map(({ headers }) => headers.authorization)), new Set([`Bearer key of ${name}`]));
    }
  });

  it('goes on where each conversation was, and begins anew, in another session, before it is long', async () => {
    const [{ models: [model = ''] = [], userAgent = '' } = {}] = DEMO_CLIENTS;
    while (lengthsOf(model, userAgent).filter((length) => length === 1).length < 3) await turn();
    const lengths = lengthsOf(model, userAgent);
    assert.ok(Math.max(...lengths) > 5 && Math.max(...lengths) < 30, lengths.join());
    for (const [index, length] of lengths.entries())
      assert.ok(length === 1 || length === (lengths[index - 1] ?? 0) + 2, lengths.join());
    const ofOne = messages().filter(({ headers, body }) => body.model === model && headers['user-agent'] === userAgent);
    assert.equal(new Set(ofOne.map(({ headers }) => headers['x-claude-code-session-id'])).size, 3);
  });

  it('takes turns of the user and of the assistant', async () => {
    for (let turns = 0; turns < 5 * CONVERSATIONS; turns += 1) await turn();
    for (const { body } of messages())
      assert.ok(body.messages.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant')));
  });

  it('counts tokens now and then', async () => {
    for (let turns = 0; turns < 5 * CONVERSATIONS; turns += 1) await turn();
    const counts = asked.filter(({ path }) => path === '/v1/messages/count_tokens').length;
    assert.ok(counts > 0 && counts < messages().length / 5, `${counts} counts`);
  });

  it('keeps what was not answered out of the conversation', async () => {
    answer = (res) => res.writeHead(503).end();
    for (let turns = 0; turns < 3 * CONVERSATIONS; turns += 1) await turn();
    assert.deepEqual(new Set(messages().map(({ body }) => body.messages.length)), new Set([1]));
  });

  const oneMore = async () => {
    answer = (res) => res.end();
    await (await fetch(`${url}/v1/messages`, { method: 'POST', body: '{}' })).text();
  };

  it('waits for an answer before it asks again in a conversation', async () => {
    answer = () => undefined;
    for (let turns = 0; turns < CONVERSATIONS; turns += 1) await turn();
    mock.timers.tick(10 * PAUSE_MS);
    await oneMore();
    assert.equal(messages().length, CONVERSATIONS + 1, 'those of the traffic, and one to see that no other came before it');
  });

  it('ends when it is stopped, with what is under way', async () => {
    let isOver = false;
    answer = (res) =>
      res.once('close', () => {
        isOver = true;
      });
    await turn();
    traffic.stop();
    await eventually(() => isOver);
    mock.timers.tick(10 * PAUSE_MS);
    await oneMore();
    assert.equal(messages().length, 2, 'one of the traffic, and one to see that no other came before it');
  });
});
