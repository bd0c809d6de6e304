/** Faults as plain data: what can be scripted, by a test, over the control surface, or in a file. */
import { z } from 'zod';

const headers = z.record(z.string(), z.string()).default({});
const ms = z.number().nonnegative().max(3_600_000);
const count = z.number().int().nonnegative();
/** How often; null for until it is cleared. */
const times = z.number().int().positive().nullable().default(1);

export const actionSchema = z.discriminatedUnion('kind', [
  /** Answers with this status; `body` as it stands, or an API error of `type` and `message`. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(200).max(999),
    headers,
    type: z.string().default('api_error'),
    message: z.string().default('simulated fault'),
    body: z.string().optional(),
  }),
  /** Waits before the head, then answers well. */
  z.strictObject({ kind: z.literal('delay'), ms }),
  /** Sends no head until it is released. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Stops sending after so many events until it is released, and keeps the connection open. */
  z.strictObject({ kind: z.literal('stall'), afterEvents: count }),
  /** Closes without a proper end after so many events; JSON in the middle. */
  z.strictObject({ kind: z.literal('cut'), afterEvents: count }),
  /** Resets the connection: before the head, or after so many events. */
  z.strictObject({ kind: z.literal('reset'), afterEvents: count.nullable().default(null) }),
  /** Waits before every event. */
  z.strictObject({ kind: z.literal('slow'), msPerEvent: ms }),
  /** 200 and an event stream whose first event is an error. */
  z.strictObject({
    kind: z.literal('first_event_error'),
    type: z.string().default('overloaded_error'),
    message: z.string().default('Overloaded'),
    pingFirst: z.boolean().default(false),
  }),
]);

/** Answers of the real API, as far as they are known. */
const presetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('quota_rejected'),
    window: z
      .string()
      .regex(/^\d+[hd](_[a-z0-9]+)?$/)
      .default('5h'),
    resetInSeconds: z.number().int().positive().default(3600),
  }),
  z.strictObject({ kind: z.literal('throttled'), retryAfterSeconds: z.number().int().nonnegative().default(10) }),
  z.strictObject({ kind: z.literal('bare_429') }),
  z.strictObject({ kind: z.literal('overloaded') }),
  z.strictObject({ kind: z.literal('unauthorized') }),
  z.strictObject({ kind: z.literal('server_error'), status: z.number().int().min(500).max(599).default(500) }),
]);

export const faultSchema = z.strictObject({
  action: z.discriminatedUnion('kind', [...actionSchema.options, ...presetSchema.options]),
  times,
  /** Only requests whose path contains this. */
  path: z.string().default('/v1/messages'),
  /** Only requests for models whose id contains this. */
  model: z.string().default(''),
});

export const tokenFaultSchema = z.strictObject({
  kind: z.enum([
    /** No answer until it is released; decided only then. */
    'hang',
    /** Decided and committed; the answer is held until it is released. */
    'hang_after',
    'reset_before',
    /** The server has rotated, and its answer is lost. */
    'reset_after',
    'delay',
    /** Answers with `status`, `headers` and `body`; without a body with an error of the API's shape. */
    'status',
    'no_token_type',
    'no_refresh_token',
    'no_expires_in',
    'bad_json',
    /** 401 with WWW-Authenticate. */
    'other_credentials',
  ]),
  times,
  status: z.number().int().min(200).max(999).default(500),
  headers,
  body: z.string().default(''),
  ms: ms.default(0),
  /** Only requests with this account's token or code; absent: any. */
  account: z.string().optional(),
  /** Only this `grant_type`; absent: any. */
  grant: z.string().optional(),
});
