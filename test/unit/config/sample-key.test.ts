/** Which admin keys count as guessable. */
import assert from 'node:assert/strict';
import { isSampleKey } from '../../../src/config/sample-key.ts';

describe('isSampleKey', () => {
  const samples = [
    'change-me-to-a-long-random-string',
    'CHANGE_ME_PLEASE_0000',
    'your-api-key-goes-here-123',
    'replace-with-your-own-key',
    'sk-example-0123456789abcdef',
    'password-password-password',
    'aaaaaaaaaaaaaaaaaaaaaaaa',
    'abababababababababababab',
    '12345678901234567890',
    'abcdefghijklmnopqrstuvwxyz',
    'qwertyuiopasdfghjklzxcvbnm',
  ];
  for (const key of samples) {
    it(`finds ${key}`, () => assert.equal(isSampleKey(key), true));
  }

  it('takes a random key, in hexadecimal or base64url', () => {
    const bytes = Buffer.from('9f3c1a7be24d80655ae1c39074fb2d681c', 'hex');
    assert.deepEqual([isSampleKey(bytes.toString('hex')), isSampleKey(bytes.toString('base64url'))], [false, false]);
  });
});
