import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSettingsFile } from '../../../src/storage/json/settings-file.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { FOLDER, osError, SimulatedDisk } from './simulated-disk.ts';

const settingsOf = (settings: object, version = 1): string => JSON.stringify({ version, settings });

describe('the settings file', () => {
  it('is empty when there is none', async () => {
    assert.deepEqual(await openSettingsFile(FOLDER, { fs: new SimulatedDisk() }).read(), {});
  });

  it('is empty when there is no folder yet, and does not make one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-settings-'));
    await rm(folder, { recursive: true });
    assert.deepEqual(await openSettingsFile(folder).read(), {});
    await assert.rejects(rm(folder), { code: 'ENOENT' });
  });

  it('gives back what was written, also to another reader', async () => {
    const fs = new SimulatedDisk();
    await openSettingsFile(FOLDER, { fs }).write({ oauth: { client_id: 'mine' } });
    assert.deepEqual(await openSettingsFile(FOLDER, { fs }).read(), { oauth: { client_id: 'mine' } });
  });

  it('keeps what a write does not name', async () => {
    const fs = new SimulatedDisk({
      'settings.json': settingsOf({ oauth: { client_id: 'a', scopes: ['x'] }, logger: { level: 'info' } }),
    });
    const settings = await openSettingsFile(FOLDER, { fs }).write({ oauth: { client_id: 'b' } });
    assert.deepEqual(settings, { oauth: { client_id: 'b', scopes: ['x'] }, logger: { level: 'info' } });
  });

  it('forgets a key that is written as undefined, and a section without keys', async () => {
    const fs = new SimulatedDisk({ 'settings.json': settingsOf({ oauth: { client_id: 'a' }, logger: { level: 'info' } }) });
    assert.deepEqual(await openSettingsFile(FOLDER, { fs }).write({ oauth: { client_id: undefined } }), {
      logger: { level: 'info' },
    });
  });

  it('keeps null, which sets an optional key to nothing', async () => {
    const fs = new SimulatedDisk();
    assert.deepEqual(await openSettingsFile(FOLDER, { fs }).write({ auth: { api_key: null } }), { auth: { api_key: null } });
  });

  it('applies writes that arrive together one after the other', async () => {
    const fs = new SimulatedDisk();
    const settings = openSettingsFile(FOLDER, { fs });
    await Promise.all([settings.write({ a: { x: 1 } }), settings.write({ a: { y: 2 } }), settings.write({ a: { x: 3 } })]);
    assert.deepEqual(await settings.read(), { a: { x: 3, y: 2 } });
  });

  it('is unchanged when the disk refuses, and takes the next write', async () => {
    const fs = new SimulatedDisk({ 'settings.json': settingsOf({ a: { x: 1 } }) });
    const settings = openSettingsFile(FOLDER, { fs });
    fs.beforeCall = (_, call) => {
      if (call.startsWith('sync')) throw osError('ENOSPC');
    };
    await assert.rejects(settings.write({ a: { x: 2 } }), StorageError);
    fs.beforeCall = () => undefined;
    assert.deepEqual(await settings.write({ a: { y: 3 } }), { a: { x: 1, y: 3 } });
  });

  it('takes a write after one at which even the reading failed', async () => {
    const fs = new SimulatedDisk({ 'settings.json': settingsOf({ a: { x: 1 } }) });
    const settings = openSettingsFile(FOLDER, { fs });
    fs.beforeCall = () => {
      throw osError('EMFILE');
    };
    await assert.rejects(settings.write({ a: { x: 2 } }), StorageError);
    fs.beforeCall = () => undefined;
    assert.deepEqual(await settings.write({ a: { y: 3 } }), { a: { x: 1, y: 3 } });
  });

  it('refuses a value that JSON cannot hold, and keeps the rest', async () => {
    const fs = new SimulatedDisk({ 'settings.json': settingsOf({ a: { x: 1 } }) });
    const settings = openSettingsFile(FOLDER, { fs });
    await assert.rejects(settings.write({ a: { x: Number.NaN } }), TypeError);
    assert.deepEqual(await settings.read(), { a: { x: 1 } });
  });

  it('is read from its backup when it is damaged, and nothing is changed by reading', async () => {
    const files = { 'settings.json': '{', 'settings.json.bak': settingsOf({ a: { x: 1 } }) };
    const fs = new SimulatedDisk(files);
    assert.deepEqual(await openSettingsFile(FOLDER, { fs }).read(), { a: { x: 1 } });
    assert.deepEqual(fs.files, files);
  });

  it('stops the reader when neither it nor its backup can be used', async () => {
    const fs = new SimulatedDisk({ 'settings.json': '{' });
    await assert.rejects(openSettingsFile(FOLDER, { fs }).read(), /settings\.json cannot be used \(it is not valid JSON\)/);
  });

  it('of a newer version is refused', async () => {
    const fs = new SimulatedDisk({ 'settings.json': settingsOf({}, 2) });
    await assert.rejects(openSettingsFile(FOLDER, { fs }).read(), /newer version/);
  });
});
