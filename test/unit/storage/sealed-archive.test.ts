/** An archive opens with its passphrase and as what it was made, or not at all. */
import assert from 'node:assert/strict';
import { openArchive, sealArchive } from '../../../src/storage/archive/sealed-archive.ts';
import { StorageError } from '../../../src/storage/store.ts';

const passphrase = 'correct horse battery';
const content = { accounts: [{ secret: 'hunter2' }] };
const made = () => sealArchive('accounts', content, { passphrase, createdAt: '2026-11-24T12:00:00.000Z' });

describe('an archive', () => {
  it('opens as what it was, and shows nothing of it before', async () => {
    const text = await made();
    assert.doesNotMatch(text, /hunter2/);
    assert.deepEqual(await openArchive('accounts', text, passphrase), content);
  });

  it('takes a passphrase however its letters are composed', async () => {
    const text = await sealArchive('accounts', content, {
      passphrase: 'schlüssel zum tor',
      createdAt: '2026-11-24T12:00:00.000Z',
    });
    assert.deepEqual(await openArchive('accounts', text, 'schlu\u0308ssel zum tor'), content);
  });

  const changed: [string, (text: string) => string, string?][] = [
    ['with another passphrase', (text) => text, 'another passphrase'],
    [
      'when its data were changed',
      (text) => text.replace(/"data":"./, (start) => `${start.slice(0, -1)}${start.endsWith('A') ? 'B' : 'A'}`),
    ],
    ['when what stands in clear was changed', (text) => text.replace('12:00:00', '13:00:00')],
    ['when it asks for more memory than anybody has', (text) => text.replace('"N":65536', '"N":1073741824')],
    ['when it was cut off', (text) => text.slice(0, -40)],
    ['when it is something else', () => '{"hello":1}'],
    ['as a backup, which it is not', (text) => text.replace('"kind":"accounts"', '"kind":"backup"')],
  ];
  for (const [what, change, other = passphrase] of changed) {
    it(`does not open ${what}`, async () => {
      await assert.rejects(openArchive('accounts', change(await made()), other), StorageError);
    });
  }
});
