/** Whatever is sent where a schema is expected is taken, or refused with words about fields: nothing else happens. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { z } from 'zod';
import { AdminError, parse } from '../../src/admin/admin-error.ts';
import { operations } from '../../src/admin/openapi/operations.ts';
import { requestSchemas } from '../../src/admin/openapi/schemas.ts';
import { listQuerySchema } from '../../src/contract/common.ts';
import { hostileValueFor } from '../support/hostile-input.ts';

const queries = operations.flatMap(({ id, query }) => (query ? [[`query of ${id}`, query] as const] : []));
const schemas: readonly (readonly [string, z.ZodType])[] = [
  ...Object.entries(requestSchemas),
  ...queries,
  ['query of a list', listQuerySchema],
];

describe('any input to a request schema', () => {
  for (const [name, schema] of schemas) {
    it(`is taken by ${name}, or refused by its fields`, () =>
      fc.assert(
        fc.property(hostileValueFor(schema), (value) => {
          try {
            parse(schema, value);
          } catch (error) {
            assert.ok(error instanceof AdminError, String(error));
            assert.equal(error.status, 400);
            assert.ok(error.fields.length > 0 && error.fields.length <= 20, `${error.fields.length} fields`);
            for (const { path, message } of error.fields) {
              assert.ok(path !== '' && path.length <= 100, path);
              assert.ok(message !== '' && message.length <= 300, message);
            }
          }
        }),
        { numRuns: 300 },
      ));
  }
});
