/** Arbitrary input for tests: near enough to what a schema wants to get past its first checks, and strange enough to be a nuisance. */
import fc from 'fast-check';
import { z } from 'zod';

const ODD_TEXTS = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'null',
  '\u0000',
  '\ud800',
  '\u202e',
  'E\u0301',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '1e309',
  '-0',
  '9999-12-31T23:59:59.999-23:59',
  '2026-02-30T00:00:00Z',
  'a'.repeat(5000),
] as const;

export const oddText = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom(...ODD_TEXTS));

/** What JSON can hold, with everything that is odd about it. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  oddText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e300, Number.MAX_SAFE_INTEGER + 1, [], {}, [[[[]]]]),
  fc.constant(JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {}}}')),
);

/** Fields of the schema, some of them as they should be. */
export function hostileValueFor(schema: z.ZodType): fc.Arbitrary<unknown> {
  const fields = [...new Set(fieldsOf(schema))];
  const field = fields.length > 0 ? fc.constantFrom(...fields) : oddText;
  const entries = fc.array(fc.tuple(fc.oneof({ weight: 6, arbitrary: field }, oddText), likelyValue), { maxLength: 8 });
  return fc.oneof({ weight: 4, arbitrary: entries.map((all) => Object.fromEntries(all)) }, anyJson);
}

const likelyValue = fc.oneof(
  { weight: 3, arbitrary: anyJson },
  fc.constantFrom<unknown>(
    'api_key',
    'oauth',
    'oauth_static',
    'active',
    'user',
    'admin',
    'laptop',
    'sk-ant-made-up-key',
    50,
    0.5,
  ),
  fc.constantFrom<unknown>('2030-01-01T00:00:00Z', 'correct horse battery', ['acc_1'], { 'retry.max_attempts': 2 }),
);

/** The names of all fields that an object of the schema may have. */
function fieldsOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsOf(option as z.ZodType));
  return [];
}
