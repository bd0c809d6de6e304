import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { mock } from 'node:test';
import { type DemoTraffic, startDemoTraffic } from '../../../src/simulator/demo-traffic.ts';
import { eventually } from './simulator-client.ts';

const PAUSE_MS = 2000;

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly model: string; readonly stream: boolean; readonly messages: readonly object[] };
}

describe('the traffic of the demo', () => {
  let server: Server;
  let traffic: DemoTraffic;
  let asked: Asked[];
  let answer: (res: ServerResponse) => void;

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    asked = [];
    answer = (res) => res.end('{}');
    server = createServer((req, res) => {
      void text(req).then((body) => {
        asked.push({ headers: req.headers, body: JSON.parse(body) as Asked['body'] });
        answer(res);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    traffic = startDemoTraffic({ baseUrl: `http://127.0.0.1:${port}`, apiKey: 'a-key' });
  });
  afterEach(async () => {
    traffic.stop();
    mock.timers.reset();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** One more request. A conversation whose last answer is still being read lets its turn pass. */
  const turn = async () => {
    const before = asked.length;
    while (asked.length === before) {
      mock.timers.tick(PAUSE_MS);
      for (let rounds = 0; rounds < 100 && asked.length === before; rounds += 1)
        await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const distinct = (of: (request: Asked) => unknown) => new Set(asked.map(of)).size;

  it('is one request every two seconds, in turns of three conversations, streamed and not', async () => {
    mock.timers.tick(PAUSE_MS - 1);
    for (let turns = 0; turns < 6; turns += 1) await turn();
    assert.deepEqual(
      [
        asked.length,
        distinct(({ headers }) => headers['x-claude-code-session-id']),
        distinct(({ body }) => body.model),
        distinct(({ body }) => body.stream),
      ],
      [6, 3, 3, 2],
    );
    assert.equal(asked[0]?.headers.authorization, 'Bearer a-key');
  });

  it('goes on where each conversation was, and begins anew before it is long', async () => {
    const ofOne = () => asked.filter(({ headers }) => headers['x-claude-code-session-id'] === 'fix-the-tests');
    while (ofOne().length < 11) await turn();
    const lengths = ofOne().map(({ body }) => body.messages.length);
    assert.deepEqual(lengths, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 1]);
  });

  it('keeps what was not answered out of the conversation', async () => {
    answer = (res) => res.writeHead(503).end();
    for (let turns = 0; turns < 6; turns += 1) await turn();
    assert.deepEqual(
      asked.map(({ body }) => body.messages.length),
      [1, 1, 1, 1, 1, 1],
    );
  });

  it('waits for an answer before it asks again in a conversation', async () => {
    answer = () => undefined;
    for (let turns = 0; turns < 3; turns += 1) await turn();
    mock.timers.tick(10 * PAUSE_MS);
    answer = (res) => res.end();
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { method: 'POST', body: '{}' })).text();
    assert.equal(asked.length, 4, 'three of the traffic, and one to see that no other came before it');
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
    answer = (res) => res.end();
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { method: 'POST', body: '{}' })).text();
    assert.equal(asked.length, 2, 'one of the traffic, and one to see that no other came before it');
  });
});
