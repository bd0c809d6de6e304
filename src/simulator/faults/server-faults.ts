/** Faults of the upstream that come as a reply, and replies that do not come: rows 2, 15 and 16 of the reply table. */
import { z } from 'zod';
import { errorEvent, ping } from '../server-event.ts';
import { defineFault } from './definition.ts';
import { retryAfterFields, retryAfterParameters } from './header-shapes.ts';
import { refusal } from './refusal-faults.ts';

export const status = defineFault({
  schema: z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(999),
    headers: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .default({})
      .describe('fields by name, a list making several'),
    type: z.string().default('api_error'),
    message: z.string().default('simulated fault'),
    body: z.string().optional().describe('as it stands, instead of an API error of `type` and `message`'),
  }),
  rows: [],
  tells: 'any reply at all',
  act: ({ status: code, headers, type, message, body }) => ({
    kind: 'reply',
    status: code,
    headers,
    body: body ?? { type, message },
  }),
});

export const firstEventError = defineFault({
  schema: z.strictObject({
    kind: z.literal('first_event_error'),
    type: z.string().default('overloaded_error'),
    message: z.string().default('Overloaded'),
    pingFirst: z.boolean().default(false),
    commentFirst: z.boolean().default(false),
  }),
  rows: [2],
  tells: '200, and a stream whose first event is an error',
  act: ({ type, message, pingFirst, commentFirst }) => ({
    kind: 'events',
    before: commentFirst ? ': a comment\n\n' : '',
    events: [...(pingFirst ? [ping] : []), errorEvent(type, message)],
  }),
});

export const overloaded = defineFault({
  schema: z.strictObject({ kind: z.literal('overloaded'), ...retryAfterParameters }),
  rows: [15],
  tells: '529: the upstream is at its capacity, for all alike',
  act: (parameters, { now }) => refusal(529, 'overloaded_error', 'Overloaded', retryAfterFields(parameters, now)),
});

export const serverError = defineFault({
  schema: z.strictObject({
    kind: z.literal('server_error'),
    status: z.number().int().min(500).max(599).default(500),
    ...retryAfterParameters,
  }),
  rows: [15],
  tells: '500, 502, 503 or another fault of the server',
  act: (parameters, { now }) =>
    refusal(parameters.status, 'api_error', 'Internal server error', retryAfterFields(parameters, now)),
});

const PAGE = '<!doctype html><html><head><title>Just a moment…</title></head><body>Error</body></html>';

export const htmlPage = defineFault({
  schema: z.strictObject({
    kind: z.literal('html_page'),
    status: z.number().int().min(200).max(999).default(502).describe('502, 520, 403 and 429 are seen; 200 too'),
  }),
  rows: [15],
  tells: 'a page of somebody in between',
  act: ({ status: code }) => ({
    kind: 'reply',
    status: code,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: PAGE,
  }),
});

export const emptyBody = defineFault({
  schema: z.strictObject({ kind: z.literal('empty_body'), status: z.number().int().min(200).max(999).default(200) }),
  rows: [15],
  tells: 'a reply without a body',
  act: ({ status: code }) => ({ kind: 'reply', status: code, headers: { 'content-type': 'application/json' }, body: '' }),
});

export const brokenJson = defineFault({
  schema: z.strictObject({ kind: z.literal('broken_json') }),
  rows: [1],
  tells: '200, and JSON that ends in the middle although the connection does not',
  act: () => ({
    kind: 'reply',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"type":"message","content":[',
  }),
});

export const gatewayTimeout = defineFault({
  schema: z.strictObject({ kind: z.literal('gateway_timeout') }),
  rows: [16],
  tells: '504: somebody in between has waited long enough; the work may be running',
  act: () => refusal(504, 'timeout_error', 'Timed out'),
});

export const delay = defineFault({
  schema: z.strictObject({ kind: z.literal('delay'), ms: z.number().nonnegative().max(3_600_000) }),
  rows: [1, 16],
  tells: 'waits before the head, then answers well',
  act: ({ ms }) => ({ kind: 'wait', ms }),
});

export const hang = defineFault({
  schema: z.strictObject({ kind: z.literal('hang') }),
  rows: [16],
  tells: 'sends no head until it is released',
  act: () => ({ kind: 'wait', ms: null }),
});
