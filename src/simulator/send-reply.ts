/** Sends a reply as JSON or as an event stream, or misbehaves on the way as a fault says. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiEntry } from './books.ts';
import { asEvents, asMessage, type ComposedReply } from './compose-reply.ts';
import type { Action, Break, Shape, Step } from './faults/action.ts';
import { asEventSteps } from './faults/body-steps.ts';
import { eventText } from './server-event.ts';
import type { Waits } from './waits.ts';
import { errorBody, type Headers, reset, sendJson, writeHead } from './wire.ts';

export interface Answering {
  readonly res: ServerResponse;
  readonly entry: ApiEntry;
  readonly waits: Waits;
  readonly headers: Headers;
  /** The connection has carried a request before this one. */
  readonly isReused: boolean;
}

export interface Sending extends Answering {
  readonly action: Action | null;
}

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
/** What was sent before a break has to be read before the other side learns of it: a reset overtakes what lies unread. */
const READING_MS = 20;

/** Faults that take the place of an answer. True when the request is dealt with. */
export async function misbehave(action: Action | null, answering: Answering): Promise<boolean> {
  const { res, entry, waits, headers, isReused } = answering;
  switch (action?.kind) {
    case 'reply':
      sendInstead(action, answering);
      return true;
    case 'events':
      writeHead(res, 200, { ...EVENT_STREAM, ...headers });
      if (action.before !== '') res.write(action.before);
      await perform(asEventSteps(action.events), answering);
      return true;
    case 'raw':
      entry.end = 'cut';
      res.socket?.end(action.bytes, 'latin1');
      return true;
    case 'break':
      if (action.onlyReused && !isReused) return false;
      end(answering, action.how);
      return true;
    case 'wait':
      return !(await (action.ms === null ? waits.hold(res) : waits.pause(res, action.ms)));
    case 'interim':
      for (let sent = 0; sent < action.times; sent += 1) sendInterim(res, action.status);
      return false;
    default:
      return false;
  }
}

function sendInstead({ status, headers, body }: Extract<Action, { kind: 'reply' }>, answering: Answering): void {
  const { res } = answering;
  const all = { ...answering.headers, ...headers };
  if (typeof body === 'string') {
    writeHead(res, status, all);
    res.end(body);
  } else
    sendJson(res, status, errorBody(body.type, body.message, String(answering.headers['request-id'] ?? ''), body.details), all);
}

function sendInterim(res: ServerResponse, status: 100 | 102 | 103): void {
  if (status === 100) res.writeContinue();
  else if (status === 102) res.writeProcessing();
  else res.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
}

const shapeOf = (action: Action | null): Shape => (action?.kind === 'shape' ? action.shape : {});

/** The whole message at once, unless it is to have another shape. */
export async function sendMessage({ action, ...answering }: Sending, reply: ComposedReply): Promise<void> {
  const { res, headers } = answering;
  const text = JSON.stringify(asMessage(reply));
  const { message, headers: added } = shapeOf(action);
  if (!message) return sendJson(res, 200, text, { ...headers, ...added });
  const length = added ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  writeHead(res, 200, { 'content-type': 'application/json', ...length, ...headers, ...added });
  await perform(message(text), answering);
}

/** One event after another, waiting for a reader that is slow. */
export async function sendStream({ action, ...answering }: Sending, reply: ComposedReply): Promise<void> {
  const { res, headers } = answering;
  const { stream = asEventSteps, headers: added } = shapeOf(action);
  writeHead(res, 200, { ...EVENT_STREAM, ...headers, ...added });
  await perform(stream(asEvents(reply)), answering);
}

async function perform(steps: Iterable<Step>, answering: Answering): Promise<void> {
  const { res } = answering;
  for (const step of steps) if (!(await take(step, answering)) || res.destroyed) return;
  res.end();
}

/** False when the reply is over. */
async function take(step: Step, answering: Answering): Promise<boolean> {
  const { res, entry, waits } = answering;
  switch (step.kind) {
    case 'event':
      entry.eventsSent += 1;
      await write(res, eventText(step.event));
      return true;
    case 'bytes':
      await write(res, step.bytes);
      return true;
    case 'pause':
      return waits.pause(res, step.ms);
    case 'hold':
      res.flushHeaders();
      return waits.hold(res);
    case 'break':
      res.flushHeaders();
      await delay(READING_MS);
      end(answering, step.how);
      return false;
  }
}

async function write(res: ServerResponse, bytes: string | Buffer): Promise<void> {
  if (res.write(bytes) || res.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(res, 'drain', { signal }), once(res, 'close', { signal })]);
  // The listeners of the other one go with it.
  over.abort();
}

function end({ res, entry }: Answering, how: Break): void {
  entry.end = 'cut';
  if (how === 'reset') reset(res);
  else res.socket?.destroy();
}
