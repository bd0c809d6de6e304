/** Scripted misbehaviour: what an account, or the token endpoint, does instead of answering well. */
import type { z } from 'zod';
import { actionSchema, faultSchema, tokenFaultSchema } from './fault-schemas.ts';
import { claimOf } from './quota.ts';

export type Action = z.output<typeof actionSchema>;
export type FaultInput = z.input<typeof faultSchema>;
export type TokenFault = z.output<typeof tokenFaultSchema>;
export type TokenFaultInput = z.input<typeof tokenFaultSchema>;

type Fault = Omit<z.output<typeof faultSchema>, 'action'> & { readonly action: Action };

interface Scripted<T> {
  readonly fault: T;
  left: number;
}

const scripted = <T extends { readonly times: number | null }>(fault: T): Scripted<T> => ({
  fault,
  left: fault.times ?? Number.POSITIVE_INFINITY,
});

/** Takes the first entry that fits, and uses it up by one. */
function takeFirst<T>(list: Scripted<T>[], fits: (fault: T) => boolean): T | null {
  const index = list.findIndex(({ fault }) => fits(fault));
  const entry = list[index];
  if (!entry) return null;
  entry.left -= 1;
  if (entry.left <= 0) list.splice(index, 1);
  return entry.fault;
}

export interface FaultScript {
  /** @throws ZodError for what is no fault */
  add(account: string, fault: FaultInput): void;
  take(account: string, path: string, model: string): Action | null;
  /** @throws ZodError for what is no fault */
  addTokenFault(fault: TokenFaultInput): void;
  takeTokenFault(grant: string, account: string | null): TokenFault | null;
  /** Everything, or what was scripted for one account. */
  clear(account?: string): void;
}

/** `now`: a ready-made fault that names an instant means it from the moment on at which it is added. */
export function createFaultScript(now: () => number): FaultScript {
  const faults = new Map<string, Scripted<Fault>[]>();
  let tokenFaults: Scripted<TokenFault>[] = [];
  return {
    add(account, input) {
      const { action, ...fault } = faultSchema.parse(input);
      const list = faults.get(account) ?? [];
      list.push(scripted({ ...fault, action: actionOf(action, now()) }));
      faults.set(account, list);
    },
    take: (account, path, model) =>
      takeFirst(faults.get(account) ?? [], (fault) => path.includes(fault.path) && model.includes(fault.model))?.action ?? null,
    addTokenFault: (input) => void tokenFaults.push(scripted(tokenFaultSchema.parse(input))),
    takeTokenFault: (grant, account) =>
      takeFirst(tokenFaults, (fault) => (fault.grant ?? grant) === grant && (fault.account ?? account) === account),
    clear(account) {
      if (account === undefined) faults.clear();
      else faults.delete(account);
      tokenFaults = account === undefined ? [] : tokenFaults.filter(({ fault }) => fault.account !== account);
    },
  };
}

const UNIFIED = 'anthropic-ratelimit-unified-';

type StatusAction = Extract<FaultInput['action'], { kind: 'status' }>;

const status = (code: number, type: string, message: string, extra: Record<string, string> = {}): StatusAction => ({
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
      [`${UNIFIED}representative-claim`]: claimOf(window),
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

/** An action as it is carried out. An instant that a ready-made reply names is counted from `now`. */
function actionOf(action: z.output<typeof faultSchema>['action'], now: number): Action {
  switch (action.kind) {
    case 'quota_rejected':
      return actionSchema.parse(replies.quotaRejected(now, action.window, action.resetInSeconds));
    case 'throttled':
      return actionSchema.parse(replies.throttled(action.retryAfterSeconds));
    case 'bare_429':
      return actionSchema.parse(replies.bare429());
    case 'overloaded':
      return actionSchema.parse(replies.overloaded());
    case 'unauthorized':
      return actionSchema.parse(replies.unauthorized());
    case 'server_error':
      return actionSchema.parse(replies.serverError(action.status));
    default:
      return action;
  }
}
