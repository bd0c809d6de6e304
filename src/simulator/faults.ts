/** Scripted misbehaviour: what an account, or the token endpoint, does instead of answering well. */
import { z } from 'zod';

const headers = z.record(z.string(), z.string()).default({});

export const actionSchema = z.discriminatedUnion('kind', [
  /** Answers with this status; `body` as it stands, or an API error of `type` and `message`. */
  z.object({
    kind: z.literal('status'),
    status: z.number().int().min(100).max(999),
    headers,
    type: z.string().default('api_error'),
    message: z.string().default('simulated fault'),
    body: z.string().optional(),
  }),
  /** Waits before the head, then answers well. */
  z.object({ kind: z.literal('delay'), ms: z.number().nonnegative() }),
  /** Never answers. */
  z.object({ kind: z.literal('hang') }),
  /** Stops sending after so many events, and keeps the connection open. */
  z.object({ kind: z.literal('stall'), afterEvents: z.number().int().nonnegative() }),
  /** Closes without a proper end after so many events. */
  z.object({ kind: z.literal('cut'), afterEvents: z.number().int().nonnegative() }),
  /** Resets the connection: before the head, or after so many events. */
  z.object({ kind: z.literal('reset'), afterEvents: z.number().int().nonnegative().nullable().default(null) }),
  /** Waits before every event. */
  z.object({ kind: z.literal('slow'), msPerEvent: z.number().nonnegative() }),
  /** 200 and an event stream whose first event is an error. */
  z.object({
    kind: z.literal('first_event_error'),
    type: z.string().default('overloaded_error'),
    message: z.string().default('Overloaded'),
    pingFirst: z.boolean().default(false),
  }),
]);

export const faultSchema = z.object({
  action: actionSchema,
  /** How often; null for until it is cleared. */
  times: z.number().int().positive().nullable().default(1),
  /** Only requests whose path contains this. */
  path: z.string().default('/v1/messages'),
  /** Only requests for models whose id contains this. */
  model: z.string().default(''),
});

export type Action = z.output<typeof actionSchema>;
export type FaultInput = z.input<typeof faultSchema>;

export const tokenFaultSchema = z.object({
  kind: z.enum([
    'hang',
    'reset_before',
    'reset_after',
    'delay',
    'status',
    'no_token_type',
    'no_refresh_token',
    'no_expires_in',
    'bad_json',
    'other_credentials',
  ]),
  times: z.number().int().positive().nullable().default(1),
  status: z.number().int().default(500),
  headers,
  body: z.string().default(''),
  ms: z.number().nonnegative().default(0),
});
export type TokenFault = z.output<typeof tokenFaultSchema>;
export type TokenFaultInput = z.input<typeof tokenFaultSchema>;

interface Scripted {
  left: number;
}

/** Takes the first entry that fits, and uses it up by one. */
function takeFirst<T extends Scripted>(list: T[], fits: (entry: T) => boolean): T | null {
  const index = list.findIndex(fits);
  const entry = list[index];
  if (!entry) return null;
  entry.left -= 1;
  if (entry.left <= 0) list.splice(index, 1);
  return entry;
}

export interface FaultScript {
  add(account: string, fault: FaultInput): void;
  take(account: string, path: string, model: string): Action | null;
  addTokenFault(fault: TokenFaultInput): void;
  takeTokenFault(): TokenFault | null;
  /** Everything, or one account's. */
  clear(account?: string): void;
}

export function createFaultScript(): FaultScript {
  const faults = new Map<string, (z.output<typeof faultSchema> & Scripted)[]>();
  const tokenFaults: (TokenFault & Scripted)[] = [];
  return {
    add(account, input) {
      const fault = faultSchema.parse(input);
      const list = faults.get(account) ?? [];
      list.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY });
      faults.set(account, list);
    },
    take: (account, path, model) =>
      takeFirst(faults.get(account) ?? [], (fault) => path.includes(fault.path) && model.includes(fault.model))?.action ?? null,
    addTokenFault(input) {
      const fault = tokenFaultSchema.parse(input);
      tokenFaults.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    takeTokenFault: () => takeFirst(tokenFaults, () => true),
    clear(account) {
      if (account === undefined) {
        faults.clear();
        tokenFaults.length = 0;
      } else faults.delete(account);
    },
  };
}

const UNIFIED = 'anthropic-ratelimit-unified-';
const status = (code: number, type: string, message: string, extra: Record<string, string> = {}): FaultInput['action'] => ({
  kind: 'status',
  status: code,
  type,
  message,
  headers: extra,
});

/** Ready-made replies of the real API, as far as they are known. `nowMs` is the simulated instant. */
export const replies = {
  quotaRejected: (nowMs: number, window = '5h', resetInSeconds = 3600) => {
    const reset = String(Math.floor(nowMs / 1000) + resetInSeconds);
    return status(429, 'rate_limit_error', 'This request would exceed your rate limit.', {
      [`${UNIFIED}status`]: 'rejected',
      [`${UNIFIED}reset`]: reset,
      [`${UNIFIED}representative-claim`]: window.startsWith('7d') ? 'seven_day' : 'five_hour',
      [`${UNIFIED}${window}-status`]: 'rejected',
      [`${UNIFIED}${window}-reset`]: reset,
      [`${UNIFIED}${window}-utilization`]: '1.0',
      'retry-after': String(resetInSeconds),
    });
  },
  throttled: (retryAfterSeconds: number) =>
    status(429, 'rate_limit_error', 'Too many requests.', { 'retry-after': String(retryAfterSeconds) }),
  bare429: () => status(429, 'rate_limit_error', 'Number of requests has exceeded your limit.'),
  overloaded: () => status(529, 'overloaded_error', 'Overloaded'),
  unauthorized: () => status(401, 'authentication_error', 'OAuth token has been revoked.'),
  serverError: (code = 500) => status(code, 'api_error', 'Internal server error'),
};
