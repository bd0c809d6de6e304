/** A JSON schema as rows that a person can read: nested fields by their path, types in words. */
import { escapeHtml } from '../escape-html.ts';
import type { JsonSchema } from './schemas.ts';

export interface FieldRow {
  /** `windows[].name` */
  readonly name: string;
  /** HTML. */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

interface Read {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly description?: string;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

/** Numbers without a bound of their own are bounded by what JSON can carry. */
const isBound = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

const alternativesOf = ({ anyOf, oneOf }: Read): readonly JsonSchema[] | undefined => anyOf ?? oneOf;

/** Every field, also those within objects and lists of objects. One group for each alternative that the schema has. */
export function fieldGroups(schema: JsonSchema): readonly (readonly FieldRow[])[] {
  const alternatives = alternativesOf(schema);
  return alternatives ? alternatives.flatMap(fieldGroups) : [rowsOf(schema, '')];
}

function rowsOf({ properties = {}, required = [] }: Read, prefix: string): readonly FieldRow[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const field = schema as Read;
    const path = `${prefix}${name}`;
    const row = { name: path, type: typeOf(schema), required: required.includes(name), description: field.description ?? '' };
    return [row, ...within(field, path)];
  });
}

function within(field: Read, path: string): readonly FieldRow[] {
  if (field.properties) return rowsOf(field, `${path}.`);
  if (field.items) return within(field.items, `${path}[]`);
  return (alternativesOf(field) ?? []).flatMap((one) => within(one, path));
}

/** In words, as HTML. */
export function typeOf(schema: JsonSchema): string {
  const read = schema as Read;
  const base = baseOf(read);
  const limits = limitsOf(read);
  const standard = read.default === undefined ? '' : `; ${code(JSON.stringify(read.default))} when left out`;
  return `${base}${limits}${standard}`;
}

function baseOf(read: Read): string {
  if (read.$ref !== undefined) return linkTo(read.$ref.split('/').at(-1) ?? '');
  if (read.const !== undefined) return code(JSON.stringify(read.const));
  if (read.enum) return read.enum.map((value) => code(String(value))).join(', ');
  const alternatives = alternativesOf(read);
  if (alternatives) return alternatives.map(typeOf).join(' or ');
  if (read.items) return `list of ${typeOf(read.items)}`;
  if (read.format === 'date-time') return 'instant';
  if (typeof read.additionalProperties === 'object') return `object of ${typeOf(read.additionalProperties)} by name`;
  const types = typeof read.type === 'string' ? [read.type] : (read.type ?? ['anything']);
  return types.map((type) => WORDS[type] ?? escapeHtml(type)).join(' or ');
}

function limitsOf({ minimum, maximum, minLength, maxLength }: Read): string {
  const [least, most] = [minimum ?? minLength, maximum ?? maxLength];
  const unit = minLength === undefined && maxLength === undefined ? '' : ' characters';
  if (isBound(least) && isBound(most)) return `, ${least} to ${most}${unit}`;
  if (isBound(most)) return `, at most ${most}${unit}`;
  return isBound(least) && least !== 0 ? `, at least ${least}${unit}` : '';
}

const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;

const linkTo = (name: string): string => `<a href="#${anchorOfSchema(name)}">${escapeHtml(name)}</a>`;

export const anchorOfSchema = (name: string): string => `schema-${escapeHtml(name)}`;
