/** Says what is wrong with a field so that its sender knows what to send instead. */
import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  guid: 'a UUID',
};

/** For schemas that have no words of their own. */
export const faultWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1
        ? 'must not be empty'
        : `must ${measured(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${measured(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'written otherwise'}`;
    case 'invalid_key':
      return 'has a name that is too long';
    case 'invalid_union':
      return 'must be of another type';
    default:
      return 'is not valid';
  }
};

function measured(origin: string, bound: string, size: number | bigint): string {
  if (origin === 'string') return `have ${bound} ${size} characters`;
  return origin === 'array' ? `have ${bound} ${size} items` : `be ${bound} ${size}`;
}
