import assert from 'node:assert/strict';
import { z } from 'zod';
import { openJsonRecordStore } from '../../../src/storage/json/json-record-store.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { type Counter, countersFile, counting, countsOf, openCounters } from './counters.ts';
import { at, osError, SimulatedDisk } from './simulated-disk.ts';

const writesOf = (disk: SimulatedDisk): number => disk.calls.filter((call) => call === 'rename counters.json').length;

describe('updates that arrive together', () => {
  it('are one write when they are asked for in one turn', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile() });
    const { store } = await openCounters(disk);
    await Promise.all(Array.from({ length: 1000 }, () => store.update('a', (current) => counting(current, 'a'))));
    assert.equal(writesOf(disk), 1);
  });

  it('share the next write when they arrive while one is under way', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile() });
    const { store } = await openCounters(disk);
    const later: Promise<unknown>[] = [];
    let started = false;
    disk.beforeCall = () => {
      if (started) return;
      started = true;
      for (let i = 0; i < 500; i += 1) later.push(store.update('b', (current) => counting(current, 'b')));
    };
    await store.update('a', (current) => counting(current, 'a'));
    await Promise.all(later);
    assert.equal(writesOf(disk), 2);
  });

  it('are applied in the order in which they were asked for', async () => {
    const { store } = await openCounters(new SimulatedDisk());
    const seen: (number | undefined)[] = [];
    const steps = [1, 2, 3].map((count) =>
      store.update('a', (current) => {
        seen.push(current?.count);
        return { id: 'a', count };
      }),
    );
    await Promise.all(steps);
    assert.deepEqual(seen, [undefined, 1, 2]);
  });

  it('leave requests their turn in between, however many they are', async () => {
    const { store } = await openCounters(new SimulatedDisk());
    let turns = 0;
    let next = setImmediate(function count() {
      turns += 1;
      next = setImmediate(count);
    });
    const ids = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    await Promise.all(ids.map((id) => store.update(id, (current) => counting(current, id))));
    clearImmediate(next);
    assert.ok(turns > 50, `${turns} turns`);
  });

  it('are refused at once when ten thousand already wait', async () => {
    const { store } = await openCounters(new SimulatedDisk());
    const waiting = Array.from({ length: 10_000 }, () => store.update('a', (current) => counting(current, 'a')));
    await assert.rejects(
      store.update('a', (current) => counting(current, 'a')),
      /already wait for the disk/,
    );
    await Promise.all(waiting);
  });
});

describe('an update', () => {
  it('that returns the current record writes nothing', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile(5) });
    const { store } = await openCounters(disk);
    const before = disk.calls.length;
    await store.update('a', (current) => current);
    assert.equal(disk.calls.length, before);
  });

  it('that removes what is not there writes nothing', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile(5) });
    const { store } = await openCounters(disk);
    const before = disk.calls.length;
    await store.update('nobody', () => undefined);
    assert.equal(disk.calls.length, before);
  });

  it('is not listed before it is durable', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile() });
    const { store } = await openCounters(disk);
    let during: Promise<readonly Counter[]> | undefined;
    disk.beforeCall = (_, call) => {
      if (call === 'syncFolder data') during = store.list();
    };
    await store.update('a', (current) => counting(current, 'a'));
    assert.deepEqual(await during, []);
  });

  it('with a record that could not be read back is refused, and only that one', async () => {
    const disk = new SimulatedDisk();
    const { store } = await openCounters(disk);
    const wrong = store.update('a', () => ({ id: 'a', count: Number.NaN }));
    const right = store.update('b', () => ({ id: 'b', count: 1 }));
    await assert.rejects(wrong, /counters\.json is not as it must be: count/);
    await right;
    assert.deepEqual(await countsOf(await openCounters(disk)), [1]);
  });

  it('with something in it that JSON cannot hold is refused, and the next one is stored', async () => {
    const disk = new SimulatedDisk();
    const { store } = await openCounters(disk);
    const withBigInt = { id: 'a', count: 1, extra: 7n };
    await assert.rejects(
      store.update('a', () => withBigInt),
      StorageError,
    );
    await store.update('b', () => ({ id: 'b', count: 2 }));
    assert.deepEqual(await countsOf(await openCounters(disk)), [2]);
  });

  it('that would make the file larger than can be read back is refused', async () => {
    const disk = new SimulatedDisk();
    const schema = z.object({ id: z.string(), text: z.string() });
    const quiet = { fs: disk, now: () => 0, onRecovered: () => undefined, onWarning: () => undefined };
    const store = await openJsonRecordStore({ file: at('texts.json'), version: 1, schema }, quiet);
    await assert.rejects(
      store.update('a', () => ({ id: 'a', text: 'x'.repeat(65 * 1024 * 1024) })),
      /the most is 67108864/,
    );
  });

  it('keeps the previous content as the backup', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile(5) });
    const { store } = await openCounters(disk);
    await store.update('a', (current) => counting(current, 'a'));
    assert.equal(disk.files['counters.json.bak'], countersFile(5));
  });

  it('copies the previous content where hard links are unknown', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile(5) });
    const { store } = await openCounters(disk);
    disk.beforeCall = (_, call) => {
      if (call.startsWith('link')) throw osError('ENOTSUP');
    };
    await store.update('a', (current) => counting(current, 'a'));
    assert.equal(disk.files['counters.json.bak'], countersFile(5));
  });

  it('is stored when somebody has removed the file meanwhile, and the backup stays', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile(5), 'counters.json.bak': countersFile(4) });
    const { store } = await openCounters(disk);
    await disk.unlink(at('counters.json'));
    await store.update('a', (current) => counting(current, 'a'));
    assert.deepEqual(await countsOf(await openCounters(disk)), [6]);
    assert.equal(disk.files['counters.json.bak'], countersFile(4));
  });
});

describe('a damaged file', () => {
  const damages: Readonly<Record<string, string>> = {
    'an empty file': '',
    'half of it': countersFile(5, 9).slice(0, 30),
    'something else than JSON': 'PK\u0003\u0004',
    'JSON of another shape': '[]',
    'JSON without a version': '{"records":[]}',
    'a version below the first': '{"version":0,"records":[]}',
    'a record of another shape': '{"version":1,"records":[{"id":"a","count":"five"}]}',
    'an id that occurs twice': countersFile(1, 2).replace('"b"', '"a"'),
  };

  for (const [name, text] of Object.entries(damages)) {
    it(`(${name}) is replaced by its backup`, async () => {
      const disk = new SimulatedDisk({ 'counters.json': text, 'counters.json.bak': countersFile(4) });
      assert.deepEqual(await countsOf(await openCounters(disk)), [-4]);
    });

    it(`(${name}) without a backup stops the start, untouched`, async () => {
      const disk = new SimulatedDisk({ 'counters.json': text });
      await assert.rejects(openCounters(disk), StorageError);
      assert.deepEqual(disk.files, { 'counters.json': text });
    });
  }

  it('larger than any that is written is replaced by its backup', async () => {
    const disk = new SimulatedDisk({ 'counters.json': ' '.repeat(65 * 1024 * 1024), 'counters.json.bak': countersFile(4) });
    const { recoveries } = await openCounters(disk);
    assert.deepEqual(
      recoveries.map(({ reason }) => reason),
      ['it has 68157440 bytes, the most is 67108864'],
    );
  });

  const damaged = () => new SimulatedDisk({ 'counters.json': 'secret{', 'counters.json.bak': countersFile(4) });

  it('is set aside under a name with the time', async () => {
    const disk = damaged();
    await openCounters(disk);
    assert.equal(disk.files['counters.json.corrupt-2026-11-24T12-00-00-000Z'], 'secret{');
  });

  it('does not overwrite what was set aside in the same millisecond', async () => {
    const disk = damaged();
    await openCounters(disk);
    const again = new SimulatedDisk({ ...disk.files, 'counters.json': 'worse' });
    await openCounters(again);
    assert.equal(again.files['counters.json.corrupt-2026-11-24T12-00-00-000Z-2'], 'worse');
  });

  it('is reported with its reason and where it lies now', async () => {
    const { recoveries, store } = await openCounters(damaged());
    const setAside = '/data/counters.json.corrupt-2026-11-24T12-00-00-000Z';
    assert.deepEqual(recoveries, [{ file: '/data/counters.json', reason: 'it is not valid JSON', setAside }]);
    assert.equal(store.restoredFromBackup, true);
  });

  it('is restored on the disk, with the mark of a backup, before anybody uses it', async () => {
    const disk = damaged();
    await openCounters(disk);
    const reopened = await openCounters(disk);
    assert.deepEqual([await countsOf(reopened), reopened.store.restoredFromBackup], [[-4], false]);
  });

  it('leaves its backup as it was', async () => {
    const disk = damaged();
    await openCounters(disk);
    assert.equal(disk.files['counters.json.bak'], countersFile(4));
  });

  it('is restored where hard links are unknown, too', async () => {
    const disk = damaged();
    disk.beforeCall = (_, call) => {
      if (call.startsWith('link')) throw osError('EPERM');
    };
    assert.deepEqual(await countsOf(await openCounters(disk)), [-4]);
  });

  it('stays as it is when the disk has no room for the restored one', async () => {
    const disk = damaged();
    const { files } = disk;
    disk.beforeCall = (_, call) => {
      if (call.startsWith('write')) throw osError('ENOSPC');
    };
    await assert.rejects(openCounters(disk), /restore .*counters\.json from its backup: the disk is full/);
    assert.deepEqual(disk.files, files);
  });

  it('never has its content in the message', async () => {
    const disk = new SimulatedDisk({ 'counters.json': '{"token":secret-token}', 'counters.json.bak': '["secret-token"' });
    await assert.rejects(openCounters(disk), (error: Error) => !/secret-token/.test(`${error.message} ${String(error.cause)}`));
  });
});

describe('a file that is not damaged but cannot be used', () => {
  it('of a newer version stops the start, untouched, although there is a backup', async () => {
    const files = { 'counters.json': '{"version":2,"records":{}}', 'counters.json.bak': countersFile(4) };
    const disk = new SimulatedDisk(files);
    await assert.rejects(openCounters(disk), /written by a newer version of Headgate \(format 2; this version knows up to 1\)/);
    assert.deepEqual(disk.files, files);
  });

  for (const code of ['EACCES', 'EIO', 'EMFILE']) {
    it(`because reading fails with ${code} stops the start, and no backup is used`, async () => {
      const files = { 'counters.json': countersFile(5), 'counters.json.bak': countersFile(4) };
      const disk = new SimulatedDisk(files);
      disk.beforeCall = (_, call) => {
        if (call === 'read counters.json') throw osError(code);
      };
      await assert.rejects(openCounters(disk), new RegExp(`Cannot read /data/counters\\.json: .*\\(${code}\\)`));
      assert.deepEqual(disk.files, files);
    });
  }
});

describe('a missing file', () => {
  it('is made when there never was one', async () => {
    const disk = new SimulatedDisk();
    await openCounters(disk);
    assert.deepEqual(JSON.parse(disk.files['counters.json'] ?? ''), { version: 1, records: [] });
  });

  for (const sibling of ['counters.json.bak', 'counters.json.corrupt-2026', '.counters.json.next.7.0123456789ab.tmp']) {
    it(`stops the start when ${sibling} shows that there was one`, async () => {
      const disk = new SimulatedDisk({ [sibling]: countersFile(4) });
      await assert.rejects(
        openCounters(disk),
        (error: Error) => error instanceof StorageError && error.message.includes(sibling),
      );
      assert.deepEqual(Object.keys(disk.files), [sibling]);
    });
  }

  it('is restored from its backup by the remedy that the message names: an empty file', async () => {
    const disk = new SimulatedDisk({ 'counters.json.bak': countersFile(4) });
    await assert.rejects(openCounters(disk), /touch \/data\/counters\.json/);
    const touched = new SimulatedDisk({ ...disk.files, 'counters.json': '' });
    assert.deepEqual(await countsOf(await openCounters(touched)), [-4]);
  });

  it('is made when only the very first write was interrupted, which held nothing', async () => {
    const disk = new SimulatedDisk({ '.counters.json.first.7.0123456789ab.tmp': '{"vers' });
    await openCounters(disk);
    assert.deepEqual(Object.keys(disk.files), ['counters.json']);
  });

  it('does not mind the siblings of another file', async () => {
    const disk = new SimulatedDisk({ 'accounts.json.bak': '', '.accounts.json.next.7.0123456789ab.tmp': '' });
    await openCounters(disk);
    assert.ok('counters.json' in disk.files);
  });
});

describe('opening a good file', () => {
  it('removes what dead writers left', async () => {
    const disk = new SimulatedDisk({ 'counters.json': countersFile(5), '.counters.json.next.7.0123456789ab.tmp': 'half' });
    await openCounters(disk);
    assert.deepEqual(Object.keys(disk.files), ['counters.json']);
  });

  for (const name of ['counters.json', 'counters.json.bak']) {
    it(`takes ${name} away from other users, and says so`, async () => {
      const disk = new SimulatedDisk({ 'counters.json': countersFile(5), 'counters.json.bak': countersFile(4) });
      await disk.chmod(at(name), 0o644);
      const { warnings } = await openCounters(disk);
      const { mode } = (await disk.read(at(name), 0)) as { mode: number };
      assert.deepEqual(
        [mode.toString(8), warnings],
        ['600', [`/data/${name} could be read by other users (mode 644); it is 600 now.`]],
      );
    });
  }

  it('is not confused by keys with a meaning in JavaScript', async () => {
    const text =
      '{"__proto__":{"polluted":1},"version":1,"records":[{"__proto__":{"count":9},"id":"a","count":5,"constructor":{}}]}';
    const opened = await openCounters(new SimulatedDisk({ 'counters.json': text }));
    assert.deepEqual(await opened.store.list(), [{ id: 'a', count: 5 }]);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });
});
