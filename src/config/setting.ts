/** What one configuration key is: a zod schema for its value, and the facts that the documentation and the fault messages are made from. */
import { z } from 'zod';
import { formatDuration, parseDuration } from './duration.ts';
import { formatSize, parseSize } from './size.ts';

/** How a value is written; decides how an environment variable's text is read. */
export type SettingKind = 'text' | 'choice' | 'duration' | 'size' | 'integer' | 'fraction' | 'boolean' | 'list' | 'entries';

/** Unit of the resulting value; it becomes the end of the property's name. */
export type SettingUnit = 'ms' | 'bytes' | 'none';

/** A value as it stands in a file: `null` says "not set" and is allowed only where there is no default. */
export type WrittenValue = string | number | boolean | null | readonly string[];

export interface Setting<Value = unknown, Unit extends SettingUnit = SettingUnit> {
  readonly schema: z.ZodType<Value>;
  readonly kind: SettingKind;
  /** The words of a choice; none for every other kind. */
  readonly choices: readonly string[];
  readonly unit: Unit;
  readonly default: WrittenValue;
  /** Where the default is not a fixed value: what happens without one. */
  readonly defaultMeaning?: string;
  /** What may stand here, with bounds, in words that complete "allowed: …". */
  readonly allowed: string;
  readonly meaning: string;
  /** Why one would change it. */
  readonly why: string;
  /** A change needs a restart, and the key cannot be set at run time. */
  readonly fixedAtStart: boolean;
  /** May be set in the dashboard while the process runs. */
  readonly atRunTime: boolean;
  /** Its value appears in no fault, log or printout. */
  readonly secret: boolean;
}

export interface Facts {
  readonly meaning: string;
  readonly why: string;
  readonly allowed?: string;
  readonly defaultMeaning?: string;
  readonly fixedAtStart?: boolean;
  readonly atRunTime?: boolean;
  readonly secret?: boolean;
}

interface Shape<Value, Unit extends SettingUnit> {
  readonly schema: z.ZodType<Value>;
  readonly kind: SettingKind;
  readonly choices?: readonly string[];
  readonly unit: Unit;
  readonly default: WrittenValue;
  readonly allowed: string;
}

function setting<Value, Unit extends SettingUnit>(shape: Shape<Value, Unit>, facts: Facts): Setting<Value, Unit> {
  return { choices: [], fixedAtStart: false, atRunTime: false, secret: false, ...shape, ...facts };
}

/** A length of time between `min` and `max`; the value is in milliseconds. */
export function duration(
  byDefault: string,
  facts: Facts & { readonly min: string; readonly max: string },
): Setting<number, 'ms'> {
  const { min, max, ...rest } = facts;
  const [least = 0, most = 0] = [parseDuration(min), parseDuration(max)];
  const schema = z
    .union([z.literal(0), z.string()])
    .transform((written) => parseDuration(String(written)) ?? Number.NaN)
    .pipe(z.number().int().min(least).max(most));
  const allowed = `a duration such as 500ms, 30s, 5m30s, 1h or 7d, from ${formatDuration(least)} to ${formatDuration(most)}`;
  return setting({ schema, kind: 'duration', unit: 'ms', default: byDefault, allowed }, rest);
}

/** A number of bytes between `min` and `max`. */
export function size(byDefault: string, facts: Facts & { readonly min: string; readonly max: string }): Setting<number, 'bytes'> {
  const { min, max, ...rest } = facts;
  const [least = 0, most = 0] = [parseSize(min), parseSize(max)];
  const schema = z
    .union([z.number(), z.string()])
    .transform((written) => parseSize(String(written)) ?? Number.NaN)
    .pipe(z.number().int().min(least).max(most));
  const allowed = `a size such as 256kb, 32mb or a plain number of bytes, from ${formatSize(least)} to ${formatSize(most)}`;
  return setting({ schema, kind: 'size', unit: 'bytes', default: byDefault, allowed }, rest);
}

/** A whole number between `min` and `max`. */
export function integer(
  byDefault: number,
  facts: Facts & { readonly min: number; readonly max: number },
): Setting<number, 'none'> {
  const { min, max, ...rest } = facts;
  const schema = z.number().int().min(min).max(max);
  return setting(
    { schema, kind: 'integer', unit: 'none', default: byDefault, allowed: `a whole number from ${min} to ${max}` },
    rest,
  );
}

/** A whole number that may be missing altogether. */
export function optionalInteger(
  facts: Facts & { readonly min: number; readonly max: number },
): Setting<number | undefined, 'none'> {
  const { min, max, ...rest } = facts;
  const schema = z
    .number()
    .int()
    .min(min)
    .max(max)
    .nullable()
    .transform((value) => value ?? undefined);
  return setting({ schema, kind: 'integer', unit: 'none', default: null, allowed: `a whole number from ${min} to ${max}` }, rest);
}

/** A number between `min` and `max`, not only a whole one. */
export function fraction(
  byDefault: number,
  facts: Facts & { readonly min: number; readonly max: number },
): Setting<number, 'none'> {
  const { min, max, ...rest } = facts;
  const schema = z.number().min(min).max(max);
  return setting({ schema, kind: 'fraction', unit: 'none', default: byDefault, allowed: `a number from ${min} to ${max}` }, rest);
}

/** `true` or `false`, and no other spelling: `yes`, `off` or `1` are too easily meant otherwise. */
export function flag(byDefault: boolean, facts: Facts): Setting<boolean, 'none'> {
  return setting({ schema: z.boolean(), kind: 'boolean', unit: 'none', default: byDefault, allowed: 'true or false' }, facts);
}

/** One word of a fixed set. */
export function choice<const Word extends string>(
  words: readonly Word[],
  byDefault: NoInfer<Word>,
  facts: Facts,
): Setting<Word, 'none'> {
  return setting(
    { schema: z.enum(words), kind: 'choice', choices: words, unit: 'none', default: byDefault, allowed: oneOf(words) },
    facts,
  );
}

/** A text that `schema` accepts. */
export function text(schema: z.ZodType<string>, byDefault: string, facts: TextFacts): Setting<string, 'none'> {
  return setting({ schema, kind: 'text', unit: 'none', default: byDefault, allowed: facts.allowed }, facts);
}

/** A text that may be missing altogether. */
export function optionalText(schema: z.ZodType<string>, facts: TextFacts): Setting<string | undefined, 'none'> {
  const orNothing = schema.nullable().transform((value) => value ?? undefined);
  return setting({ schema: orNothing, kind: 'text', unit: 'none', default: null, allowed: facts.allowed }, facts);
}

/** A list of at most `max` texts that `member` accepts, empty by default. */
export function list(member: z.ZodType<string>, facts: TextFacts & { readonly max: number }): Setting<readonly string[], 'none'> {
  const { max, ...rest } = facts;
  const allowed = `a list of at most ${max} ${facts.allowed}`;
  return setting({ schema: z.array(member).max(max), kind: 'list', unit: 'none', default: [], allowed }, { ...rest, allowed });
}

/** A list of groups, empty by default; each is known by its name. */
export function entries<Entry extends { readonly name: string }>(
  schema: z.ZodType<readonly Entry[]>,
  facts: TextFacts,
): Setting<readonly Entry[], 'none'> {
  return setting({ schema, kind: 'entries', unit: 'none', default: [], allowed: facts.allowed }, facts);
}

type TextFacts = Facts & { readonly allowed: string };

const oneOf = (words: readonly string[]) =>
  words.length === 1 ? `only ${words[0]}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
