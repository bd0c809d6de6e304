import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseInstant, parseRetryAfter } from '../../../src/core/instant.ts';
import { NOW } from '../../support/builders.ts';

describe('an instant in a header', () => {
  it('is read in every form that is seen', () => {
    const at = NOW - (NOW % 1000);
    for (const form of [String(at / 1000), String(at), new Date(at).toISOString(), new Date(at).toUTCString()])
      assert.equal(parseInstant(form), at, form);
  });

  it('is none without a zone, or when it is nonsense', () => {
    for (const text of [undefined, '', 'soon', '-5', '2026-11-24 12:00', 'NaN']) assert.equal(parseInstant(text), null, text);
  });

  it('can always be written as a date again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.bigInt({ min: 0n }).map(String)), (text) => {
        const instant = parseInstant(text);
        if (instant !== null) assert.ok(new Date(instant).toISOString());
        const wait = parseRetryAfter(text, NOW);
        if (wait !== null) assert.ok(Number.isFinite(wait) && wait >= 0);
      }),
    );
  });
});
