/** Suggestions for mistyped names. */
import assert from 'node:assert/strict';
import { nearestName } from '../../../src/config/nearest.ts';

const known = ['host', 'port', 'max_body_size', 'max_buffered', 'api_key'];

describe('nearestName', () => {
  const meant: [string, string][] = [
    ['prot', 'port'],
    ['prt', 'port'],
    ['hosts', 'host'],
    ['HOST', 'host'],
    ['max_bodysize', 'max_body_size'],
    ['maxBuffered', 'max_buffered'],
    ['apikey', 'api_key'],
    ['api-key', 'api_key'],
  ];
  for (const [typed, name] of meant) {
    it(`takes ${typed} for ${name}`, () => assert.equal(nearestName(typed, known), name));
  }

  for (const typed of ['', 'colour', 'zz', '__proto__', 'x'.repeat(10_000)]) {
    it(`suggests nothing for ${typed.slice(0, 20)}`, () => assert.equal(nearestName(typed, known), undefined));
  }
});
