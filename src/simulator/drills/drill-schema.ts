/** A drill as plain data: accounts, and what befalls them, at once and later. For files, for tests and for other processes. */
import { z } from 'zod';
import { faultSchema, tokenFaultSchema } from '../faults/fault-schemas.ts';
import { WINDOW_NAME } from '../limits/windows.ts';

const requests = z.number().int().nonnegative();
const windowName = z.string().regex(WINDOW_NAME, 'must be a window such as 5h, 7d or 7d_opus');

const windowLimits = {
  limit: requests.exactOptional(),
  used: requests.exactOptional(),
  resetInSeconds: z.number().exactOptional(),
  lengthSeconds: z.number().positive().exactOptional(),
  warnAt: z.number().positive().exactOptional(),
};

export const accountSchema = z.strictObject({
  name: z.string().min(1),
  email: z.string().exactOptional(),
  uuid: z.string().exactOptional(),
  organization: z.string().exactOptional(),
  organizationUuid: z.string().exactOptional(),
  quota: z
    .record(
      windowName,
      z.union([requests, z.strictObject(windowLimits)], {
        error: 'must be a number of requests, or limit, used, resetInSeconds, …',
      }),
    )
    .exactOptional(),
  overage: z
    .strictObject({
      status: z.enum(['allowed', 'rejected']),
      limit: requests.exactOptional(),
      resetInSeconds: z.number().exactOptional(),
      disabledReason: z.string().exactOptional(),
    })
    .exactOptional(),
  slowSlots: requests.exactOptional(),
  perMinute: z
    .strictObject({
      requests: z.number().positive().exactOptional(),
      tokens: z.number().positive().exactOptional(),
      inputTokens: z.number().positive().exactOptional(),
      outputTokens: z.number().positive().exactOptional(),
    })
    .exactOptional(),
});

export const quotaSchema = z.strictObject({
  account: z.string(),
  window: windowName,
  ...windowLimits,
  /** Epoch ms, instead of `resetInSeconds`. */
  resetAt: z.number().exactOptional(),
});

export const blocksSchema = z
  .array(
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text'), text: z.string() }),
      z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().optional() }),
      z.strictObject({
        type: z.literal('tool_use'),
        id: z.string().optional(),
        name: z.string(),
        input: z.record(z.string(), z.unknown()),
      }),
    ]),
  )
  .min(1);

/** `account` absent: every account. */
export const accountFaultSchema = faultSchema.extend({ account: z.string().optional() });

const scene = {
  /** For the person who runs the drill. */
  say: z.string().optional(),
  /** How far the simulator's clock is ahead of the real one; negative: behind. */
  clockOffsetSeconds: z.number().optional(),
  /** All, or those of some accounts. */
  clearFaults: z.union([z.literal(true), z.array(z.string())], { error: 'must be true, or a list of accounts' }).optional(),
  quotas: z.array(quotaSchema).default([]),
  revoke: z.array(z.string()).default([]),
  /** Whose access tokens end now. */
  expire: z.array(z.string()).default([]),
  faults: z.array(accountFaultSchema).default([]),
  tokenFaults: z.array(tokenFaultSchema).default([]),
  replies: z.array(blocksSchema).default([]),
  /** Lets go on what is held. */
  release: z.literal(true).optional(),
  /** Nothing listens for so long; connections that are open are ended. */
  outageSeconds: z.number().positive().max(3600).optional(),
};

const laterSceneSchema = z
  .strictObject({
    /** Once so many messages were asked for; each try counts. */
    afterRequests: requests.optional(),
    /** So long after the first message was asked for. */
    afterSeconds: z.number().nonnegative().optional(),
    ...scene,
  })
  .refine(({ afterRequests, afterSeconds }) => (afterRequests === undefined) !== (afterSeconds === undefined), {
    error: 'needs afterRequests or afterSeconds, and not both',
  });

export const drillSchema = z.strictObject({
  title: z.string().optional(),
  accounts: z.array(accountSchema).default([]),
  ...scene,
  scenes: z.array(laterSceneSchema).default([]),
});

export type DrillInput = z.input<typeof drillSchema>;
export type Drill = z.output<typeof drillSchema>;
export type LaterScene = z.output<typeof laterSceneSchema>;
export type Scene = Omit<LaterScene, 'afterRequests' | 'afterSeconds'>;
