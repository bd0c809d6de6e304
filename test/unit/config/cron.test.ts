/** The grammar of cron expressions. */
import assert from 'node:assert/strict';
import { isCronExpression } from '../../../src/config/cron.ts';

describe('isCronExpression', () => {
  const right = [
    '0 * * * *',
    '*/10 * * * *',
    '30 0 * * * *',
    '0,15,30-45/5 8-18 1 jan-MAR mon,wed,7',
    ' 5 4  * * sun ',
    '59 23 31 12 0',
  ];
  for (const text of right) {
    it(`takes ${JSON.stringify(text)}`, () => assert.equal(isCronExpression(text), true));
  }

  const wrong = [
    '',
    '* * * *',
    '* * * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 8',
    '*/0 * * * *',
    '*/x * * * *',
    '5/10 * * * *',
    '5-1 * * * *',
    '1-2-3 * * * *',
    '1//2 * * * *',
    ', * * * *',
    '1, * * * *',
    '@hourly',
    'a * * * *',
    '60 0 * * * *',
    '-1 * * * *',
    '1.5 * * * *',
  ];
  for (const text of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(isCronExpression(text), false));
  }
});
