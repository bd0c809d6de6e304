/** A whole scene as plain data: accounts, their faults, and what the model says. For files and for other processes. */
import { z } from 'zod';
import type { Engine } from './engine.ts';
import { faultSchema, tokenFaultSchema } from './fault-schemas.ts';

const requests = z.number().int().nonnegative();

export const accountSchema = z.strictObject({
  name: z.string().min(1),
  email: z.string().exactOptional(),
  uuid: z.string().exactOptional(),
  organization: z.string().exactOptional(),
  organizationUuid: z.string().exactOptional(),
  quota: z.strictObject({ '5h': requests.exactOptional(), '7d': requests.exactOptional() }).exactOptional(),
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

export const accountFaultSchema = z.strictObject({ account: z.string(), fault: faultSchema });

const scriptSchema = z.strictObject({
  accounts: z.array(accountSchema).default([]),
  faults: z.array(accountFaultSchema).default([]),
  tokenFaults: z.array(tokenFaultSchema).default([]),
  replies: z.array(blocksSchema).default([]),
});

/** Nothing is done of a script that is not valid. @throws ZodError naming what is wrong, Error for an unknown or a known name */
export function applyScript(engine: Engine, data: unknown): void {
  const { accounts, faults, tokenFaults, replies } = scriptSchema.parse(data);
  for (const account of accounts) engine.addAccount(account);
  for (const { account, fault } of faults) engine.fault(account, fault);
  for (const fault of tokenFaults) engine.tokenFault(fault);
  for (const blocks of replies) engine.queueReply(blocks);
}
