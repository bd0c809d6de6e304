/** The data folder on a real disk, shared with real processes. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFileSystem } from '../../../src/storage/file-system.ts';
import { type DataFolder, openDataFolder } from '../../../src/storage/json/data-folder.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { aCredential } from '../../support/builders.ts';
import { osError } from '../../unit/storage/simulated-disk.ts';

describe('the data folder', () => {
  let folder: string;
  let opened: DataFolder[] = [];
  let children: ChildProcess[] = [];

  const open = async (...args: Parameters<typeof openDataFolder>): Promise<DataFolder> => {
    const data = await openDataFolder(...args);
    opened.push(data);
    return data;
  };
  const modeOf = async (name: string): Promise<string> => ((await stat(join(folder, name))).mode & 0o7777).toString(8);

  async function start(task: 'hold' | 'count'): Promise<{ child: ChildProcess; answer: unknown }> {
    const child = fork(join(import.meta.dirname, 'holder.ts'), [task, folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    children.push(child);
    const [answer] = await once(child, 'message');
    return { child, answer };
  }

  async function kill(child: ChildProcess): Promise<void> {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-data-'));
  });

  afterEach(async () => {
    for (const data of opened) data.close();
    for (const child of children) if (child.exitCode === null && child.signalCode === null) await kill(child);
    opened = [];
    children = [];
    await rm(folder, { recursive: true, force: true });
  });

  describe('as the folder of one process', () => {
    it('is refused to a second process, naming the holder and the remedy', async () => {
      const { child } = await start('hold');
      await assert.rejects(open(folder), (error: Error) => {
        assert.ok(error instanceof StorageError);
        assert.match(error.message, new RegExp(`in use by process ${child.pid} on .+ Stop it first, or use another folder`));
        return true;
      });
    });

    it('is free at once when its holder is killed', async () => {
      await kill((await start('hold')).child);
      await assert.doesNotReject(open(folder));
    });

    it('is refused to a second opening in the same process, which does not free it', async () => {
      await open(folder);
      await assert.rejects(open(folder), /in use/);
      assert.equal((await start('hold')).answer, 'refused');
    });

    it('is free when it was closed', async () => {
      (await open(folder)).close();
      await assert.doesNotReject(open(folder));
    });

    it('is free when its opening failed', async () => {
      await writeFile(join(folder, 'accounts.json'), 'damaged');
      await assert.rejects(open(folder), /accounts\.json cannot be used/);
      await rm(join(folder, 'accounts.json'));
      await assert.doesNotReject(open(folder));
    });

    it('stays locked when nobody keeps the lock in a variable', () => {
      const script = `
        import { lockDataFolder } from '${join(import.meta.dirname, '../../../src/storage/data-lock.ts')}';
        await lockDataFolder('${folder}');
        for (let i = 0; i < 5; i += 1) { globalThis.gc(); await new Promise((resolve) => setImmediate(resolve)); }
        const again = await lockDataFolder('${folder}').then(() => 'lost', () => 'held');
        process.stdout.write(again);`;
      const options = ['--expose-gc', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
      assert.equal(execFileSync(process.execPath, options, { encoding: 'utf8' }), 'held');
    });

    it('says what to do when lock.db is something else', async () => {
      await writeFile(join(folder, 'lock.db'), 'something else'.repeat(100));
      await assert.rejects(open(folder), /lock\.db in it is not a lock; remove that file/);
    });
  });

  describe('killed while it writes', () => {
    it('has every acknowledged generation and never a damaged file, kill after kill', async () => {
      for (let kills = 1; kills <= 5; kills += 1) {
        const { child } = await start('count');
        let acknowledged = 0;
        child.on('message', (generation: number) => {
          acknowledged = generation;
        });
        for (let writes = 0; writes < kills; writes += 1) await once(child, 'message');
        await kill(child);
        const data = await openDataFolder(folder);
        const [credential] = await data.credentials.list();
        data.close();
        assert.deepEqual(data.restored, []);
        assert.ok((credential?.generation ?? 0) >= acknowledged, `${credential?.generation} found, ${acknowledged} acknowledged`);
      }
    });
  });

  describe('as a private place', () => {
    it('is made with mode 700, with folders above it', async () => {
      await open(join(folder, 'a', 'b'));
      assert.deepEqual([await modeOf('a'), await modeOf('a/b')], ['700', '700']);
    });

    it('holds files with mode 600 only', async () => {
      const data = await open(folder);
      await data.credentials.update('acc_1', () => aCredential());
      await data.settings.write({ oauth: { client_id: 'mine' } });
      const names = (await readdir(folder)).filter((name) => !name.startsWith('lock.db-'));
      assert.deepEqual(new Set(await Promise.all(names.map(modeOf))), new Set(['600']));
    });

    it('is taken away from others when it was open to them, with a warning', async () => {
      await chmod(folder, 0o755);
      const { warnings } = await open(folder);
      assert.equal(await modeOf('.'), '700');
      assert.match(warnings.join(), /could be entered by other users \(mode 755\); it is 700 now/);
    });

    it('is refused when it is one that all users share', async () => {
      await chmod(folder, 0o1777);
      await assert.rejects(open(folder), /shared by all users/);
      assert.equal(await modeOf('.'), '1777');
    });

    it('is refused when it is a file', async () => {
      await writeFile(join(folder, 'data'), '');
      await assert.rejects(open(join(folder, 'data')), StorageError);
    });

    it('follows no link in the place of a file', async () => {
      await writeFile(join(folder, 'elsewhere'), '{"version":1,"records":[]}');
      await symlink('elsewhere', join(folder, 'credentials.json'));
      await assert.rejects(open(folder), /credentials\.json is a link, a folder or a device/);
    });

    it('does not wait for a pipe in the place of a file', async () => {
      execFileSync('mkfifo', [join(folder, 'credentials.json')]);
      await assert.rejects(open(folder), /credentials\.json is a link, a folder or a device/);
    });
  });

  describe('with damaged settings', () => {
    it('restores them at opening and says so', async () => {
      const data = await openDataFolder(folder);
      await data.settings.write({ oauth: { client_id: 'first' } });
      await data.settings.write({ oauth: { client_id: 'second' } });
      data.close();
      await writeFile(join(folder, 'settings.json'), '{');
      const { restored, settings } = await open(folder);
      assert.deepEqual([restored, await settings.read()], [['settings.json'], { oauth: { client_id: 'first' } }]);
    });
  });

  describe('tried at opening', () => {
    for (const [operation, code] of [
      ['create', 'EROFS'],
      ['rename', 'EIO'],
      ['syncFolder', 'EINVAL'],
      ['list', 'EACCES'],
    ] as const) {
      it(`is refused in words when ${operation} fails with ${code}`, async () => {
        const fs = { ...nodeFileSystem, [operation]: () => Promise.reject(osError(code)) };
        await assert.rejects(open(folder, { fs }), new RegExp(`Cannot keep files in the data folder .+: .+ \\(${code}\\)`));
      });
    }

    it('is refused when it gives back something else than was written', async () => {
      const fs = { ...nodeFileSystem, read: async () => ({ kind: 'content', bytes: new Uint8Array(5), mode: 0o600 }) as const };
      await assert.rejects(open(folder, { fs }), /does not give back what was written/);
    });

    it('is left without any trace of the trial', async () => {
      await writeFile(join(folder, '.probe.next.7.0123456789ab.tmp'), 'probe');
      await open(folder);
      const left = (await readdir(folder)).filter((name) => name.includes('probe'));
      assert.deepEqual(left, []);
    });
  });

  describe('with damaged credentials', () => {
    const credentials = () => join(folder, 'credentials.json');

    beforeEach(async () => {
      const data = await openDataFolder(folder);
      await data.credentials.update('acc_1', () => aCredential({ generation: 1 }));
      await data.credentials.update('acc_1', () => aCredential({ generation: 2 }));
      data.close();
      await writeFile(credentials(), '');
    });

    it('serves those of the backup, which say that nobody has verified them', async () => {
      const [credential] = await (await open(folder)).credentials.list();
      assert.deepEqual([credential?.generation, credential?.trust], [1, 'unverified']);
    });

    it('takes bytes that are no text for damage, too', async () => {
      const text = await readFile(`${credentials()}.bak`, 'latin1');
      await writeFile(credentials(), text.replace('user:inference', 'user:inf\xffrence'), 'latin1');
      assert.deepEqual((await open(folder)).restored, ['credentials.json']);
    });

    it('still says so after another restart', async () => {
      (await open(folder)).close();
      const data = await open(folder);
      const [credential] = await data.credentials.list();
      assert.deepEqual([credential?.trust, data.credentialsRestored], ['unverified', false]);
    });

    it('names the restored file and the reason', async () => {
      const data = await open(folder);
      assert.deepEqual([data.restored, data.credentialsRestored], [['credentials.json'], true]);
      assert.deepEqual(
        data.recoveries.map(({ file, reason }) => [file, reason]),
        [[credentials(), 'it is empty']],
      );
    });

    it('does not touch the accounts', async () => {
      const before = await readFile(join(folder, 'accounts.json'), 'utf8');
      await open(folder);
      assert.equal(await readFile(join(folder, 'accounts.json'), 'utf8'), before);
    });
  });
});
