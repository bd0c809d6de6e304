/** Sends a reply as JSON or as an event stream, or misbehaves on the way as a fault says. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { ApiEntry } from './books.ts';
import { asEvents, asMessage, type ComposedReply, type ServerEvent } from './compose-reply.ts';
import type { Action } from './faults.ts';
import { errorBody, reset, sendJson } from './wire.ts';

export interface Sending {
  readonly res: ServerResponse;
  readonly entry: ApiEntry;
  readonly headers: Readonly<Record<string, string>>;
  readonly action: Action | null;
}

const eventText = ({ name, data }: ServerEvent): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Faults that take the place of an answer. True when the request is dealt with. */
export async function misbehave(action: Action | null, res: ServerResponse, requestId: string): Promise<boolean> {
  switch (action?.kind) {
    case 'status':
      if (action.body === undefined)
        sendJson(res, action.status, errorBody(action.type, action.message, requestId), {
          'request-id': requestId,
          ...action.headers,
        });
      else {
        res.writeHead(action.status, { 'request-id': requestId, ...action.headers });
        res.end(action.body);
      }
      return true;
    case 'delay':
      await delay(action.ms);
      return false;
    case 'hang':
      return true;
    case 'reset':
      if (action.afterEvents !== null) return false;
      reset(res);
      return true;
    case 'first_event_error': {
      const error: ServerEvent = {
        name: 'error',
        data: { type: 'error', error: { type: action.type, message: action.message } },
      };
      res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': requestId });
      res.end(`${action.pingFirst ? eventText({ name: 'ping', data: { type: 'ping' } }) : ''}${eventText(error)}`);
      return true;
    }
    default:
      return false;
  }
}

/** The whole message at once; a cut or reset strikes in the middle of it. */
export function sendMessage({ res, headers, action }: Sending, reply: ComposedReply): void {
  const text = JSON.stringify(asMessage(reply));
  if (action?.kind !== 'cut' && action?.kind !== 'reset') return sendJson(res, 200, text, headers);
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers });
  res.write(text.slice(0, text.length / 2), () => (action.kind === 'reset' ? reset(res) : res.socket?.destroy()));
}

/** One event after another, waiting for a reader that is slow. */
export async function sendStream({ res, entry, headers, action }: Sending, reply: ComposedReply): Promise<void> {
  res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...headers });
  for (const event of asEvents(reply)) {
    if (await interrupted(action, entry, res)) return;
    if (res.destroyed) return;
    entry.eventsSent += 1;
    if (!res.write(eventText(event))) await Promise.race([once(res, 'drain'), once(res, 'close')]);
  }
  res.end();
}

/** True when the stream is over, or stays silent for good. */
async function interrupted(action: Action | null, { eventsSent }: ApiEntry, res: ServerResponse): Promise<boolean> {
  if (action?.kind === 'slow') await delay(action.msPerEvent);
  if (action?.kind === 'stall') return eventsSent >= action.afterEvents;
  const cuts = (action?.kind === 'cut' || action?.kind === 'reset') && eventsSent >= (action.afterEvents ?? 0);
  if (!cuts) return false;
  // What was written before has to leave first: the fault strikes after it, not instead of it.
  await new Promise<void>((resolve) => res.write('', () => resolve()));
  await delay(20);
  if (action.kind === 'reset') reset(res);
  else res.socket?.destroy();
  return true;
}
