/** Files of every older format, as they were written then, open as today's, and the way back is kept. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataFolder } from '../../../src/storage/json/data-folder.ts';
import { StorageError } from '../../../src/storage/store.ts';

/** `accounts.json` as format 1 wrote it. */
const ACCOUNTS_1 = `{"version":1,"records":[
{"id":"acc_1","account":{"id":"acc_1","name":"work","kind":"oauth","status":{"state":"active"},"generation":3,"expiresAt":1795521600000,"loginExpiresAt":null,"identity":{"accountUuid":null,"email":"a@example.org","organizationUuid":null,"organizationName":null,"plan":null},"priority":0,"limits":{"maxConcurrency":null,"maxUtilization":null,"allowOverage":null},"windows":[],"benches":[],"lastRefreshedAt":null,"lastRefreshError":null,"createdAt":1795435200000,"updatedAt":1795435200000},"history":[],"counters":{"requests":1,"failures":0,"inputTokens":2,"outputTokens":3,"cacheReadTokens":0,"cacheCreationTokens":0,"lastUsedAt":null}}
]}
`;
/** `api-keys.json` as format 1 wrote it. */
const KEYS_1 = `{"version":1,"records":[
{"id":"key_1","name":"laptop","prefix":"hg_abcdefg","hash":"${'ab'.repeat(32)}","role":"user","enabled":true,"expiresAt":null,"createdAt":1795435200000,"lastUsedAt":null}
]}
`;

describe('a data folder of an older version', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-formats-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, name);
  const put = (name: string, text: string) => writeFile(file(name), text, { mode: 0o600 });

  it('opens with accounts of format 1, whose changes begin to be counted', async () => {
    await put('accounts.json', ACCOUNTS_1);
    const data = await openDataFolder(folder);
    const [record] = await data.accounts.list();
    data.close();
    assert.deepEqual([record?.account.name, record?.account.revision, record?.account.authorizedAt], ['work', 1, null]);
  });

  it('opens with API keys of format 1, which have no former secret', async () => {
    await put('api-keys.json', KEYS_1);
    const data = await openDataFolder(folder);
    const [key] = await data.apiKeys.list();
    data.close();
    assert.deepEqual([key?.name, key?.revision, key?.former], ['laptop', 1, null]);
  });

  it('keeps the file as it was, and says so', async () => {
    await put('api-keys.json', KEYS_1);
    const data = await openDataFolder(folder);
    await data.apiKeys.update('key_1', (key) => key && { ...key, name: 'desktop' });
    data.close();
    assert.equal(await readFile(file('api-keys.json.format-1'), 'utf8'), KEYS_1);
    assert.match(data.warnings.join('\n'), /newer format.*api-keys\.json\.format-1/);
    assert.equal(JSON.parse(await readFile(file('api-keys.json'), 'utf8')).version, 2);
  });

  it('opens again when the first opening ended before anything was written', async () => {
    await put('api-keys.json', KEYS_1);
    (await openDataFolder(folder)).close();
    const data = await openDataFolder(folder);
    assert.equal((await data.apiKeys.list()).length, 1);
    data.close();
  });

  it('is refused untouched when a file is of a newer format', async () => {
    const newer = KEYS_1.replace('"version":1', '"version":99');
    await put('api-keys.json', newer);
    await assert.rejects(openDataFolder(folder), StorageError);
    assert.equal(await readFile(file('api-keys.json'), 'utf8'), newer);
  });

  it('is not opened with what no format of it could hold', async () => {
    await put('api-keys.json', '{"version":1,"records":[{"id":"key_1"}]}');
    await assert.rejects(openDataFolder(folder), StorageError);
  });
});
