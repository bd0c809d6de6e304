/** Every way of telling a client to wait: rows 6 to 11 of the reply table, and paid overage. */
import { z } from 'zod';
import { claimOf, secondsUntil, UNIFIED } from '../limits/unified-headers.ts';
import { WINDOW_NAME } from '../limits/windows.ts';
import type { Headers } from '../wire.ts';
import type { Action } from './action.ts';
import { defineFault, type When } from './definition.ts';
import {
  type Reset,
  resetField,
  resetParameters,
  retryAfterFields,
  retryAfterParameters,
  retryAfterSchema,
} from './header-shapes.ts';

const WOULD_EXCEED = 'This request would exceed your account’s rate limit. Please try again later.';

const limited = (message: string, headers: Headers): Action => ({
  kind: 'reply',
  status: 429,
  headers,
  body: { type: 'rate_limit_error', message },
});

const windowParameter = (name: string) =>
  z.string().regex(WINDOW_NAME, 'must be a window such as 5h, 7d or 7d_opus').default(name).describe('the window that rejects');

const whenRejected = {
  ...retryAfterParameters,
  retryAfter: retryAfterSchema.optional().describe('without it the seconds until the reset'),
};

type Rejected = Reset & {
  readonly retryAfter?: z.output<typeof retryAfterSchema> | undefined;
  readonly retryAfterAs: 'seconds' | 'date';
};

/** Without a word on `retry-after` it says what the reset says. */
function waitFields({ retryAfter, retryAfterAs, reset }: Rejected, { addedAt, now }: When): Headers {
  if (retryAfter !== undefined) return retryAfterFields({ retryAfter, retryAfterAs }, now);
  return typeof reset === 'number' ? { 'retry-after': secondsUntil(addedAt + reset * 1000, now) } : {};
}

const windowAlone = z.boolean().default(false).describe('only the fields of the window itself');

function rejectedBy(parameters: Rejected & { readonly window: string; readonly windowAlone: boolean }, when: When): Action {
  const { window } = parameters;
  const unified = {
    [`${UNIFIED}status`]: 'rejected',
    ...resetField(`${UNIFIED}reset`, parameters, when.addedAt),
    [`${UNIFIED}representative-claim`]: claimOf(window),
  };
  return limited(WOULD_EXCEED, {
    ...(parameters.windowAlone ? {} : unified),
    [`${UNIFIED}${window}-status`]: 'rejected',
    ...resetField(`${UNIFIED}${window}-reset`, parameters, when.addedAt),
    [`${UNIFIED}${window}-utilization`]: '1.0',
    ...waitFields(parameters, when),
  });
}

export const quotaRejected = defineFault({
  schema: z.strictObject({
    kind: z.literal('quota_rejected'),
    window: windowParameter('5h'),
    windowAlone,
    ...resetParameters(3600),
    ...whenRejected,
  }),
  rows: [6],
  tells: '429: a quota window of the account is used up',
  act: rejectedBy,
});

export const familyRejected = defineFault({
  schema: z.strictObject({
    kind: z.literal('family_rejected'),
    window: windowParameter('7d_sonnet'),
    windowAlone,
    ...resetParameters(86_400),
    ...whenRejected,
  }),
  rows: [7],
  tells: '429: the quota window of one model family is used up',
  act: rejectedBy,
});

export const rejectedUnnamed = defineFault({
  schema: z.strictObject({
    kind: z.literal('rejected_unnamed'),
    claim: z.string().default('five_hour').describe('the window that `representative-claim` names'),
    ...resetParameters(3600),
    ...whenRejected,
  }),
  rows: [8],
  tells: '429: rejected, and no window says that it was the one',
  act: (parameters, when) =>
    limited(WOULD_EXCEED, {
      [`${UNIFIED}status`]: 'rejected',
      ...resetField(`${UNIFIED}reset`, parameters, when.addedAt),
      [`${UNIFIED}representative-claim`]: parameters.claim,
      ...waitFields(parameters, when),
    }),
});

export const slowLaneBusy = defineFault({
  schema: z.strictObject({ kind: z.literal('slow_lane_busy'), ...retryAfterParameters }),
  rows: [9],
  tells: '429: all slots of the slow lane are taken',
  act: (parameters, { now }) =>
    limited('All slots of the slow lane are taken.', {
      [`${UNIFIED}slow-status`]: 'slot_busy',
      ...retryAfterFields(parameters, now),
    }),
});

export const requestRefused = defineFault({
  schema: z.strictObject({
    kind: z.literal('request_refused'),
    message: z.string().default('Extra usage is required for long context requests.'),
  }),
  rows: [9],
  tells: '429 without a header: the request is refused, whoever sends it',
  act: ({ message }) => limited(message, {}),
});

export const throttled = defineFault({
  schema: z.strictObject({
    kind: z.literal('throttled'),
    ...retryAfterParameters,
    retryAfter: retryAfterSchema.default(10),
    message: z.string().default('Too many requests.'),
  }),
  rows: [10],
  tells: '429 with `retry-after`, in any shape',
  act: (parameters, { now }) => limited(parameters.message, retryAfterFields(parameters, now)),
});

export const minuteUsedUp = defineFault({
  schema: z.strictObject({
    kind: z.literal('minute_used_up'),
    what: z
      .enum(['requests', 'tokens', 'input-tokens', 'output-tokens'])
      .default('requests')
      .describe('which limit of an API key'),
    limit: z.number().int().positive().default(50),
    ...resetParameters(20, 'rfc3339'),
    ...retryAfterParameters,
  }),
  rows: [10],
  tells: '429: what an API key may do in a minute is done',
  act(parameters, { addedAt, now }) {
    const name = `anthropic-ratelimit-${parameters.what}-`;
    return limited('This request would exceed the rate limit of your organization.', {
      [`${name}limit`]: String(parameters.limit),
      [`${name}remaining`]: '0',
      ...resetField(`${name}reset`, parameters, addedAt),
      ...retryAfterFields(parameters, now),
    });
  },
});

export const bare429 = defineFault({
  schema: z.strictObject({
    kind: z.literal('bare_429'),
    message: z.string().default('Number of requests has exceeded your limit.'),
    empty: z.boolean().default(false).describe('no body either'),
  }),
  rows: [11],
  tells: '429 without any header that tells of limits',
  act: ({ message, empty }) => (empty ? { kind: 'reply', status: 429, headers: {}, body: '' } : limited(message, {})),
});

export const spendLimit = defineFault({
  schema: z.strictObject({ kind: z.literal('spend_limit') }),
  rows: [11],
  tells: '429 with an error code: the spend limit of the organisation is reached; nothing tells until when',
  act: () => ({
    kind: 'reply',
    status: 429,
    headers: {},
    body: {
      type: 'rate_limit_error',
      message: 'You have reached your specified API usage limits.',
      details: { error_code: 'spend_limit_reached' },
    },
  }),
});

export const overageInUse = defineFault({
  schema: z.strictObject({
    kind: z.literal('overage_in_use'),
    window: windowParameter('5h').describe('the window that is used up'),
    ...resetParameters(3600),
  }),
  rows: [1],
  tells: 'a good reply, served from paid overage',
  act: (parameters, { addedAt }) => ({
    kind: 'shape',
    shape: {
      headers: {
        [`${UNIFIED}status`]: 'rejected',
        ...resetField(`${UNIFIED}reset`, parameters, addedAt),
        [`${UNIFIED}representative-claim`]: claimOf(parameters.window),
        [`${UNIFIED}${parameters.window}-status`]: 'rejected',
        [`${UNIFIED}${parameters.window}-utilization`]: '1.0',
        ...resetField(`${UNIFIED}${parameters.window}-reset`, parameters, addedAt),
        [`${UNIFIED}overage-status`]: 'allowed',
        [`${UNIFIED}overage-in-use`]: 'true',
      },
    },
  }),
});

export const replyHeaders = defineFault({
  schema: z.strictObject({
    kind: z.literal('reply_headers'),
    headers: z
      .record(z.string(), z.union([z.string(), z.array(z.string())]))
      .describe('fields by name, a list making several; they take the place of those of the same name'),
  }),
  rows: [1],
  tells: 'a good reply with other fields in its head, known or unknown',
  act: ({ headers }) => ({ kind: 'shape', shape: { headers } }),
});
