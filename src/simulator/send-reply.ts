/** Sends a reply as JSON or as an event stream, or misbehaves on the way as a fault says. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiEntry } from './books.ts';
import { asEvents, asMessage, type ComposedReply, type ServerEvent } from './compose-reply.ts';
import type { Action } from './faults.ts';
import type { Waits } from './waits.ts';
import { errorBody, reset, sendJson } from './wire.ts';

export interface Answering {
  readonly res: ServerResponse;
  readonly entry: ApiEntry;
  readonly waits: Waits;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Sending extends Answering {
  readonly action: Action | null;
}

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
/** What was sent before a cut has to be read before the other side learns of it: a reset overtakes what lies unread. */
const READING_MS = 20;

const eventText = ({ name, data }: ServerEvent): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Faults that take the place of an answer. True when the request is dealt with. */
export async function misbehave(action: Action | null, { res, entry, waits, headers }: Answering): Promise<boolean> {
  switch (action?.kind) {
    case 'status':
      if (action.body !== undefined) res.writeHead(action.status, { ...headers, ...action.headers }).end(action.body);
      else {
        const body = errorBody(action.type, action.message, headers['request-id'] ?? '');
        sendJson(res, action.status, body, { ...headers, ...action.headers });
      }
      return true;
    case 'delay':
      return !(await waits.pause(res, action.ms));
    case 'hang':
      return !(await waits.hold(res));
    case 'reset':
      if (action.afterEvents !== null) return false;
      end({ res, entry, waits, headers }, 'reset');
      return true;
    case 'first_event_error': {
      const { type, message, pingFirst } = action;
      const error: ServerEvent = { name: 'error', data: { type: 'error', error: { type, message } } };
      const events = [...(pingFirst ? [{ name: 'ping', data: { type: 'ping' } }] : []), error];
      entry.eventsSent = events.length;
      res.writeHead(200, { ...EVENT_STREAM, ...headers }).end(events.map(eventText).join(''));
      return true;
    }
    default:
      return false;
  }
}

/** The whole message at once; a stall, cut or reset strikes in the middle of it. */
export async function sendMessage({ action, ...answering }: Sending, reply: ComposedReply): Promise<void> {
  const { res, headers, waits } = answering;
  const text = JSON.stringify(asMessage(reply));
  if (action?.kind !== 'cut' && action?.kind !== 'reset' && action?.kind !== 'stall') return sendJson(res, 200, text, headers);
  const half = Math.floor(text.length / 2);
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  await written(res, text.slice(0, half));
  if (action.kind !== 'stall') return strike(answering, action.kind);
  if (await waits.hold(res)) res.end(text.slice(half));
}

/** One event after another, waiting for a reader that is slow. */
export async function sendStream({ action, ...answering }: Sending, reply: ComposedReply): Promise<void> {
  const { res, entry, headers } = answering;
  res.writeHead(200, { ...EVENT_STREAM, ...headers });
  for (const event of asEvents(reply)) {
    if (!(await mayGoOn(action, answering)) || res.destroyed) return;
    entry.eventsSent += 1;
    if (!res.write(eventText(event))) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end();
}

/** False when the stream is over. */
async function mayGoOn(action: Action | null, answering: Answering): Promise<boolean> {
  const { res, entry, waits } = answering;
  if (action?.kind === 'slow') return waits.pause(res, action.msPerEvent);
  if (action?.kind === 'stall') {
    if (entry.eventsSent !== action.afterEvents) return true;
    res.flushHeaders();
    return waits.hold(res);
  }
  if ((action?.kind !== 'cut' && action?.kind !== 'reset') || entry.eventsSent < (action.afterEvents ?? 0)) return true;
  res.flushHeaders();
  await strike(answering, action.kind);
  return false;
}

const written = (res: ServerResponse, text: string): Promise<void> =>
  new Promise((resolve) => {
    res.write(text, () => resolve());
  });

async function strike(answering: Answering, how: 'cut' | 'reset'): Promise<void> {
  await delay(READING_MS);
  end(answering, how);
}

function end({ res, entry }: Answering, how: 'cut' | 'reset'): void {
  entry.end = 'cut';
  if (how === 'reset') reset(res);
  else res.socket?.destroy();
}
