import assert from 'node:assert/strict';
import { baseUrlOf } from '../../../frontend/src/lib/base-url.ts';

describe('the address for clients', () => {
  it('is the configured one, without a slash at its end', () =>
    assert.deepEqual(baseUrlOf('https://headgate.example/', 'http://127.0.0.1:4000'), {
      url: 'https://headgate.example',
      isThisMachineOnly: false,
    }));

  it('is else the one that the page was opened at', () =>
    assert.deepEqual(baseUrlOf(null, 'http://headgate.lan:4000'), { url: 'http://headgate.lan:4000', isThisMachineOnly: false }));

  for (const origin of ['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000', 'http://127.1.2.3'])
    it(`leads nowhere from other machines when it is ${origin}`, () =>
      assert.equal(baseUrlOf(null, origin).isThisMachineOnly, true));

  for (const origin of ['http://127.0.0.1.example', 'http://localhost.example', 'http://10.0.0.1:4000'])
    it(`leads there from other machines when it is ${origin}`, () =>
      assert.equal(baseUrlOf(null, origin).isThisMachineOnly, false));
});
