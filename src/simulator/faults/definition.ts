/** What a fault is: a name, parameters that are checked, and what it does. */
import type { z } from 'zod';
import type { Action } from './action.ts';

type FaultSchema = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

export interface FaultDefinition<Schema extends FaultSchema = FaultSchema> {
  /** Its `kind`, and its parameters with their meaning. */
  readonly schema: Schema;
  /** Rows of the product's reply table that it is there for. */
  readonly rows: readonly number[];
  /** What happens, in one sentence without its end. */
  readonly tells: string;
  act(parameters: z.output<Schema>, when: When): Action;
}

/** Instants of the simulated clock, epoch ms. */
export interface When {
  /** The fault was scripted: resets are counted from here, so that they come nearer. */
  readonly addedAt: number;
  /** It strikes. */
  readonly now: number;
}

export const defineFault = <Schema extends FaultSchema>(definition: FaultDefinition<Schema>): FaultDefinition<Schema> =>
  definition;
