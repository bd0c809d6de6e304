/** The far end: swallows the body and answers as the address asks. A process of its own. */
import { createServer, type ServerResponse } from 'node:http';
import { announce } from './announce.ts';
import { instant } from './instant.ts';

const USAGE = { input_tokens: 25, output_tokens: 100, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };
const JSON_BODY = Buffer.from(
  JSON.stringify({
    id: 'msg_bench',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    content: [{ type: 'text', text: 'x'.repeat(1100) }],
    stop_reason: 'end_turn',
    usage: USAGE,
  }),
);

const event = (name: string, data: object): Buffer =>
  Buffer.from(`event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`);
const delta = (text: string, more: object = {}): Buffer =>
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text }, ...more });

const START = event('message_start', { message: { id: 'msg_bench', role: 'assistant', usage: USAGE } });
const STOP = event('message_stop', {});
const BURST = [
  START,
  ...Array.from({ length: 97 }, (_, index) => delta(`word ${index} `)),
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 100 } }),
  STOP,
];
const BLOCK = delta('x'.repeat(16 * 1024));

type Answer = (res: ServerResponse, query: URLSearchParams) => void;

const json: Answer = (res) => {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': JSON_BODY.length, 'request-id': 'req_bench' });
  res.end(JSON_BODY);
};

const asStream = (res: ServerResponse) => res.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_bench' });

const burst: Answer = (res) => {
  asStream(res);
  let next = 0;
  const send = () => {
    const bytes = BURST[next];
    next += 1;
    if (!bytes) return res.end();
    res.write(bytes);
    // Each event a packet of its own, as from a model.
    return setImmediate(send);
  };
  send();
};

const paced: Answer = (res, query) => {
  const events = Number(query.get('events'));
  asStream(res);
  let sent = 0;
  const send = () => {
    sent += 1;
    res.write(delta('word ', { at: instant() }));
    if (events === 0 || sent < events) return;
    clearInterval(clock);
    res.end(STOP);
  };
  const clock = setInterval(send, Number(query.get('every')));
  res.once('close', () => clearInterval(clock));
  send();
};

const bulk: Answer = (res, query) => {
  asStream(res);
  let left = Number(query.get('bytes'));
  const send = () => {
    let goOn = true;
    while (left > 0 && goOn) {
      goOn = res.write(BLOCK);
      left -= BLOCK.length;
    }
    if (left > 0) res.once('drain', send);
    else res.end(STOP);
  };
  send();
};

const ANSWERS: Readonly<Record<string, Answer>> = { burst, paced, bulk };

const server = createServer((req, res) => {
  const query = new URLSearchParams(req.url?.split('?')[1]);
  req.resume();
  req.once('end', () => (ANSWERS[query.get('as') ?? ''] ?? json)(res, query));
});
announce(server);
