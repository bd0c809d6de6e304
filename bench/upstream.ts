/** The far end: swallows the body, answers 1.3 KB of JSON or a burst of 100 events. A process of its own. */
import { createServer } from 'node:http';
import { announce } from './announce.ts';

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
const EVENTS = [
  event('message_start', { message: { id: 'msg_bench', role: 'assistant', usage: USAGE } }),
  ...Array.from({ length: 97 }, (_, index) =>
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `word ${index} ` } }),
  ),
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 100 } }),
  event('message_stop', {}),
];

const server = createServer((req, res) => {
  req.resume();
  req.once('end', () => {
    if (!req.url?.endsWith('?as=stream')) {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': JSON_BODY.length, 'request-id': 'req_bench' });
      res.end(JSON_BODY);
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': 'req_bench' });
    let next = 0;
    const send = () => {
      const bytes = EVENTS[next];
      next += 1;
      if (!bytes) return res.end();
      res.write(bytes);
      // Each event a packet of its own, as from a model.
      return setImmediate(send);
    };
    send();
  });
});
announce(server);
