/** The catalogue of faults for people: the names, what happens, and the parameters with their defaults. */
import type { z } from 'zod';
import { catalogue, kindOf } from './catalogue.ts';
import { TOKEN_FAULTS } from './fault-schemas.ts';

export interface DescribedParameter {
  readonly name: string;
  /** As JSON; null: the parameter has to be given. Empty: it may be left out. */
  readonly default: string | null;
  /** The values of a list of words. */
  readonly choices: readonly string[];
  readonly meaning: string;
}

export interface DescribedFault {
  readonly kind: string;
  readonly rows: readonly number[];
  readonly tells: string;
  readonly parameters: readonly DescribedParameter[];
}

export const describedFaults = (): readonly DescribedFault[] =>
  catalogue.map((definition) => ({
    kind: kindOf(definition),
    rows: definition.rows,
    tells: definition.tells,
    parameters: Object.entries<z.ZodType>(definition.schema.shape)
      .filter(([name]) => name !== 'kind')
      .map(([name, schema]) => describedParameter(name, schema)),
  }));

export const describedTokenFaults = (): readonly Pick<DescribedFault, 'kind' | 'tells'>[] =>
  Object.entries(TOKEN_FAULTS).map(([kind, tells]) => ({ kind, tells }));

function describedParameter(name: string, schema: z.ZodType): DescribedParameter {
  const absent = schema.safeParse(undefined);
  return {
    name,
    default: absent.success ? (absent.data === undefined ? '' : JSON.stringify(absent.data)) : null,
    choices: choicesOf(schema),
    meaning: schema.description ?? '',
  };
}

function choicesOf(schema: z.ZodType): readonly string[] {
  const { enum: words } = schema.toJSONSchema() as { readonly enum?: readonly unknown[] };
  return (words ?? []).map(String);
}
