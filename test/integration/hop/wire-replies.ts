/** Builds replies as the API, and what stands before it, really send them. */
import type { Judging } from '../../../src/core/judge-attempt.ts';
import { NOW } from '../../support/builders.ts';

export interface WireReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came, what is known beside it, and the verdict: row, next step, mark. */
export type Entry = readonly [what: string, reply: WireReply, beside: Partial<Judging>, verdict: string];

export const unix = (ms: number): string => String(Math.floor((NOW + ms) / 1000));
export const date = (ms: number): string => new Date(NOW + ms).toUTCString();
export const rfc3339 = (ms: number): string => new Date(NOW + ms).toISOString();

const JSON_TYPE = { 'content-type': 'application/json' };
export const U = 'anthropic-ratelimit-unified';
export const error = (status: number, type: string, message: string, headers: Record<string, string> = {}): WireReply => ({
  status,
  headers: { ...JSON_TYPE, 'request-id': 'req_011CS', ...headers },
  body: JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_011CS' }),
});
export const limited = (
  headers: Record<string, string> = {},
  message = 'This request would exceed your account’s rate limit. Please try again later.',
) => error(429, 'rate_limit_error', message, headers);
/** `window('5h', 'rejected', HOUR)` */
export const window = (name: string, status: string, resetMs: number | null, used = '1.0'): Record<string, string> => ({
  [`${U}-${name}-status`]: status,
  [`${U}-${name}-utilization`]: used,
  ...(resetMs === null ? {} : { [`${U}-${name}-reset`]: unix(resetMs) }),
});
export const unified = (status: string, claim: string, resetMs: number): Record<string, string> => ({
  [`${U}-status`]: status,
  [`${U}-representative-claim`]: claim,
  [`${U}-reset`]: unix(resetMs),
});

const message = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{ type: 'text', text: 'Hi' }],
  usage: { input_tokens: 3, output_tokens: 2 },
});
export const ok = (headers: Record<string, string> = {}, body = message): WireReply => ({
  status: 200,
  headers: { ...JSON_TYPE, ...headers },
  body,
});
export const stream = (...events: readonly (readonly [string, object])[]): WireReply => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  body: events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`).join(''),
});
export const start = [
  'message_start',
  { type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } },
] as const;
export const stop = ['message_stop', { type: 'message_stop' }] as const;
export const ping = ['ping', { type: 'ping' }] as const;
export const failing = (type: string, text: string) => ['error', { type: 'error', error: { type, message: text } }] as const;
export const html = (status: number): WireReply => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: '<html><head><title>Just a moment…</title></head></html>',
});
