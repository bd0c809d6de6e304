/** Every fault that there is, by name. The page docs/simulator.md has them as a table that is made from here. */
import { z } from 'zod';
import type { Action } from './action.ts';
import type { FaultDefinition, When } from './definition.ts';
import * as limits from './limit-faults.ts';
import * as refusals from './refusal-faults.ts';
import * as server from './server-faults.ts';
import * as streams from './stream-faults.ts';
import * as wire from './wire-faults.ts';

const definitions = [
  server.firstEventError,
  refusals.redirect,
  refusals.missingBeta,
  refusals.unauthorized,
  limits.quotaRejected,
  limits.familyRejected,
  limits.rejectedUnnamed,
  limits.slowLaneBusy,
  limits.requestRefused,
  limits.throttled,
  limits.minuteUsedUp,
  limits.bare429,
  limits.spendLimit,
  refusals.accountUnusable,
  refusals.claudeCodeOnly,
  refusals.clientError,
  server.overloaded,
  server.serverError,
  server.htmlPage,
  server.emptyBody,
  server.gatewayTimeout,
  server.hang,
  server.delay,
  wire.staleConnection,
  wire.close,
  wire.reset,
  wire.malformed,
  wire.hugeHead,
  streams.cut,
  streams.stall,
  streams.endEarly,
  streams.errorInStream,
  streams.slow,
  streams.silence,
  streams.reshaped,
  streams.flood,
  streams.noEvent,
  streams.afterStop,
  streams.compressed,
  streams.unstreamed,
  server.brokenJson,
  limits.overageInUse,
  limits.replyHeaders,
  wire.interim,
  server.status,
] as const;

type SchemasOf<Definitions> = {
  -readonly [Index in keyof Definitions]: Definitions[Index] extends FaultDefinition<infer Schema> ? Schema : never;
};

const schemas = definitions.map(({ schema }) => schema) as unknown as SchemasOf<typeof definitions>;
const byKind = new Map<string, FaultDefinition>(definitions.map((definition) => [kindOf(definition), definition]));

export const catalogue: readonly FaultDefinition[] = definitions;

export const actionSchema = z.discriminatedUnion('kind', schemas, {
  error: `must be one of ${[...byKind.keys()].join(', ')}`,
});

export function kindOf({ schema }: FaultDefinition): string {
  return [...schema.shape.kind.values].join();
}

/** What a fault with these parameters does at this instant. */
export function actionOf(parameters: z.output<typeof actionSchema>, when: When): Action {
  const definition = byKind.get(parameters.kind);
  if (!definition) throw new Error(`no fault "${parameters.kind}"`);
  return definition.act(parameters, when);
}
