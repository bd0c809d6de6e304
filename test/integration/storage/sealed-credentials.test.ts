/** Credentials sealed on the disk: under the configured key, from the first write on, and never overwritten by who cannot open them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../../src/storage/json/data-folder.ts';
import { parseSealKey, type SealKey } from '../../../src/storage/record-seal.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { aCredential } from '../../support/builders.ts';

const newKey = (): SealKey => {
  const key = parseSealKey(randomBytes(32).toString('base64'));
  assert.ok(key);
  return key;
};

describe('sealed credentials', () => {
  let folder: string;
  const [key, other] = [newKey(), newKey()];
  const credential = aCredential({ secret: 'an-access-token-to-look-for', refreshToken: 'a-refresh-token-to-look-for' });
  const names = ['credentials.json', 'credentials.json.bak'];
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const inClear = async () => {
    const texts = await Promise.all(names.map((name) => read(name).catch(() => '')));
    return names.filter((_, index) => /to-look-for/.test(texts[index] ?? ''));
  };
  const store = async (keys: readonly SealKey[]) => {
    const data = await openDataFolder(folder, { keys });
    await data.credentials.update(credential.id, () => credential);
    data.close();
  };
  const openWith = async (keys: readonly SealKey[]) => {
    const data = await openDataFolder(folder, { keys });
    const all = await data.credentials.list();
    data.close();
    return all;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-sealed-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('lie in no file in clear, and are what they were', async () => {
    await store([key]);
    assert.deepEqual(await inClear(), []);
    assert.deepEqual(await openWith([key]), [credential]);
  });

  it('that lay in clear are sealed at the next opening, in the backup too', async () => {
    await store([]);
    assert.deepEqual(await inClear(), ['credentials.json']);
    await openWith([key]);
    assert.deepEqual(await inClear(), []);
  });

  it('are sealed anew under the first of the keys, so that the old one may go', async () => {
    await store([key]);
    await openWith([other, key]);
    assert.deepEqual(await openWith([other]), [credential]);
    assert.ok(names.length === 2 && !(await read('credentials.json.bak')).includes(key.id));
  });

  const closed: [string, readonly SealKey[]][] = [
    ['another key', [other]],
    ['no key', []],
  ];
  for (const [what, keys] of closed) {
    it(`stay closed and untouched with ${what}`, async () => {
      await store([key]);
      const before = await Promise.all(names.map(read));
      await assert.rejects(openWith(keys), (error: unknown) => error instanceof StorageError && error.message.includes(key.id));
      assert.deepEqual(await Promise.all(names.map(read)), before);
    });
  }

  it('stay closed and untouched when one bit is another: no older backup takes their place', async () => {
    await store([key]);
    const text = await read('credentials.json');
    const at = text.indexOf('"sealed":"v1.') + 60;
    const damaged = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    await writeFile(join(folder, 'credentials.json'), damaged);
    await assert.rejects(openWith([key]), StorageError);
    assert.equal(await read('credentials.json'), damaged);
  });
});
