/** The admin key and the note on the running server. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOrCreateAdminKey } from '../../../src/storage/admin-key.ts';
import { readPrivateFile, removePrivateFile, writePrivateFile } from '../../../src/storage/private-file.ts';
import { readServerNote, removeServerNote, writeServerNote } from '../../../src/storage/server-note.ts';
import { StorageError } from '../../../src/storage/store.ts';

describe('private files', () => {
  let folder: string;
  const modeOf = async (name: string): Promise<string> => ((await stat(join(folder, name))).mode & 0o777).toString(8);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-private-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  describe('in general', () => {
    it('are null when they are not there', async () => {
      assert.equal(await readPrivateFile(folder, 'note'), null);
    });

    it('are written with mode 600, whatever was there before', async () => {
      await writeFile(join(folder, 'note'), 'old', { mode: 0o644 });
      await writePrivateFile(folder, 'note', 'new');
      assert.deepEqual([await modeOf('note'), await readPrivateFile(folder, 'note')], ['600', 'new']);
    });

    it('leave nothing else behind', async () => {
      await writePrivateFile(folder, 'note', 'new');
      assert.deepEqual(await readdir(folder), ['note']);
    });

    it('replace a link instead of writing through it', async () => {
      await writeFile(join(folder, 'elsewhere'), 'kept');
      await symlink('elsewhere', join(folder, 'note'));
      await writePrivateFile(folder, 'note', 'new');
      assert.equal(await readPrivateFile(folder, 'elsewhere'), 'kept');
    });

    it('are not read through a link', async () => {
      await writeFile(join(folder, 'elsewhere'), 'kept');
      await symlink('elsewhere', join(folder, 'note'));
      await assert.rejects(readPrivateFile(folder, 'note'), StorageError);
    });

    it('are taken away from others when they are read', async () => {
      await writeFile(join(folder, 'note'), 'open');
      await chmod(join(folder, 'note'), 0o644);
      await readPrivateFile(folder, 'note');
      assert.equal(await modeOf('note'), '600');
    });

    it('are refused in words when the folder is gone', async () => {
      await assert.rejects(writePrivateFile(join(folder, 'gone'), 'note', 'new'), /Cannot write .*the folder is gone \(ENOENT\)/);
    });

    it('may be removed when they are not there', async () => {
      await assert.doesNotReject(removePrivateFile(folder, 'note'));
    });
  });

  describe('the admin key', () => {
    const generate = () => 'made-up-admin-key-of-good-length';
    const neverAgain = () => assert.fail('there is a key already');

    it('is made when there is none', async () => {
      assert.deepEqual(await readOrCreateAdminKey(folder, generate), { key: generate(), created: true });
    });

    it('stays the same ever after', async () => {
      await readOrCreateAdminKey(folder, generate);
      assert.deepEqual(await readOrCreateAdminKey(folder, neverAgain), { key: generate(), created: false });
    });

    it('can be read by the owner alone', async () => {
      await readOrCreateAdminKey(folder, generate);
      assert.equal(await modeOf('admin-key'), '600');
    });

    for (const [name, content] of [
      ['nothing', ''],
      ['less than a key', 'short'],
      ['more than a key', `${generate()} ${generate()}`],
    ] as const) {
      it(`is not replaced when the file holds ${name}`, async () => {
        await writeFile(join(folder, 'admin-key'), content, { mode: 0o600 });
        await assert.rejects(readOrCreateAdminKey(folder, neverAgain), /admin-key holds no key/);
      });
    }
  });

  describe('the note on the running server', () => {
    const note = { url: 'http://127.0.0.1:8080', pid: 4711 };

    it('is read as it was written', async () => {
      await writeServerNote(folder, note);
      assert.deepEqual(await readServerNote(folder), note);
    });

    it('is null once removed', async () => {
      await writeServerNote(folder, note);
      await removeServerNote(folder);
      assert.equal(await readServerNote(folder), null);
    });

    for (const [name, content] of [
      ['is no JSON', '{'],
      ['has no address', '{"pid":1}'],
      ['has an address that is none', '{"url":"file:///etc/passwd","pid":1}'],
    ] as const) {
      it(`is null when it ${name}`, async () => {
        await writeFile(join(folder, 'server.json'), content);
        assert.equal(await readServerNote(folder), null);
      });
    }
  });
});
