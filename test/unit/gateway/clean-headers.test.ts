import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cleanHeaders } from '../../../src/gateway/clean-headers.ts';

describe('cleaning a request’s headers', () => {
  it('takes out credentials, hop-by-hop fields and what Connection names', () => {
    const headers = {
      connection: 'keep-alive, X-Secret',
      'x-secret': '1',
      authorization: 'Bearer a',
      'x-api-key': 'b',
      cookie: 'c',
      te: 'trailers',
      'anthropic-beta': 'd',
    };
    assert.deepEqual(cleanHeaders(headers), { 'anthropic-beta': 'd' });
  });

  it('has nothing left to do the second time', () => {
    const names = fc.constantFrom(
      'connection',
      'x-a',
      'x-b',
      'authorization',
      'anthropic-beta',
      'x-forwarded-for',
      'constructor',
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.constantFrom('x-a', 'x-b, anthropic-beta', 'close')), (headers) => {
        const once = cleanHeaders(headers);
        assert.deepEqual(cleanHeaders(once), once);
      }),
    );
  });
});
