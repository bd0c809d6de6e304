/** Kill and power cut at every file operation, and every state the disk may be left in: whole old or whole new, never less. */
import assert from 'node:assert/strict';
import { codeOf } from '../../../src/storage/file-system.ts';
import { StorageError } from '../../../src/storage/store.ts';
import { countersFile, counting, countsOf, openCounters } from './counters.ts';
import { osError, SimulatedDisk } from './simulated-disk.ts';

interface Scenario {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** Does something on the disk, and says what was acknowledged so far. */
  readonly run: (disk: SimulatedDisk, acknowledge: (counts: readonly number[]) => void) => Promise<void>;
  /** Every content that may ever be found, oldest first. */
  readonly states: readonly (readonly number[])[];
}

const save = async (disk: SimulatedDisk, acknowledge: (counts: readonly number[]) => void, times: number): Promise<void> => {
  const opened = await openCounters(disk);
  acknowledge(await countsOf(opened));
  for (let i = 0; i < times; i += 1) {
    await opened.store.update('a', (current) => counting(current, 'a'));
    acknowledge(await countsOf(opened));
  }
};

const scenarios: readonly Scenario[] = [
  { name: 'the first start', files: {}, run: (disk, ack) => save(disk, ack, 0), states: [[]] },
  { name: 'the first save', files: {}, run: (disk, ack) => save(disk, ack, 1), states: [[], [1]] },
  {
    name: 'two saves',
    files: { 'counters.json': countersFile(5, 9), 'counters.json.bak': countersFile(4, 9) },
    run: (disk, ack) => save(disk, ack, 2),
    states: [
      [5, 9],
      [6, 9],
      [7, 9],
    ],
  },
  {
    name: 'a restore and the save after it',
    files: { 'counters.json': countersFile(5, 9).slice(0, -7), 'counters.json.bak': countersFile(4, 9) },
    run: (disk, ack) => save(disk, ack, 1),
    states: [
      [-4, -9],
      [-3, -9],
    ],
  },
];

/** Runs the scenario with a crash before every operation in turn, and after the last; returns what is wrong with any image. */
async function faultsOf(scenario: Scenario, sabotage: (disk: SimulatedDisk) => void = () => undefined) {
  const faults: string[] = [];
  let images = 0;
  for (let crashAt = 0; ; crashAt += 1) {
    const disk = new SimulatedDisk(scenario.files);
    sabotage(disk);
    disk.crashBefore(crashAt);
    let acknowledged = -1;
    const positionOf = (counts: readonly number[]) => scenario.states.findIndex((state) => String(state) === String(counts));
    const acknowledge = (counts: readonly number[]): void => {
      acknowledged = positionOf(counts);
    };
    await scenario.run(disk, acknowledge).catch(() => undefined);
    const finished = disk.calls.length < crashAt;
    for (const image of disk.images()) {
      images += 1;
      const found = await openCounters(image).then(countsOf, (error: Error) => error.message);
      const position = typeof found === 'string' ? -2 : positionOf(found);
      // The first state is there before anything is acknowledged.
      if (position < Math.max(acknowledged, 0))
        faults.push(`${disk.calls.at(-1)}: acknowledged ${acknowledged}, found ${String(found)}`);
    }
    if (finished) return { faults, images };
  }
}

describe('a crash while counters are saved', () => {
  for (const scenario of scenarios) {
    it(`during ${scenario.name} leaves the whole old or the whole new content, and nothing acknowledged is lost`, async () => {
      const { faults, images } = await faultsOf(scenario);
      assert.deepEqual(faults, []);
      assert.ok(images > 30, `only ${images} states were looked at`);
    });
  }

  it('would be found to lose data if files were not synchronized before their rename', async () => {
    const { faults } = await faultsOf(scenarios[1] as Scenario, (disk) => {
      disk.honoursSync = false;
    });
    assert.notDeepEqual(faults, []);
  });

  it('would be found to lose data if the folder were not synchronized before the acknowledgement', async () => {
    const { faults } = await faultsOf(scenarios[2] as Scenario, (disk) => {
      disk.honoursFolderSync = false;
    });
    assert.notDeepEqual(faults, []);
  });
});

describe('a crash while a damaged file is replaced', () => {
  it('never loses the damaged file, which may be worth a look', async () => {
    const damaged = '{"records":[{"id":"a","count":5';
    for (let crashAt = 0; ; crashAt += 1) {
      const disk = new SimulatedDisk({ 'counters.json': damaged, 'counters.json.bak': countersFile(4) });
      disk.crashBefore(crashAt);
      await openCounters(disk).catch(() => undefined);
      for (const image of disk.images())
        assert.ok(Object.values(image.files).includes(damaged), `lost after ${disk.calls.at(-1)}`);
      if (disk.calls.length < crashAt) break;
    }
  });
});

describe('a save that the disk refuses', () => {
  const files = { 'counters.json': countersFile(5), 'counters.json.bak': countersFile(4) };
  const steps = [
    'create .counters.json.next.tmp',
    'write .counters.json.next.tmp',
    'sync .counters.json.next.tmp',
    'close .counters.json.next.tmp',
    'link .counters.json.next.tmp',
    'rename counters.json.bak',
    'rename counters.json',
    'syncFolder data',
  ];

  async function refusing(step: string, code: string) {
    const disk = new SimulatedDisk(files);
    const opened = await openCounters(disk);
    disk.beforeCall = (_, call) => {
      if (call === step) throw osError(code);
    };
    const refusal: unknown = await opened.store.update('a', (current) => counting(current, 'a')).catch((error: unknown) => error);
    disk.beforeCall = () => undefined;
    return { disk, opened, refusal };
  }

  it('takes exactly the steps that are tried here', async () => {
    const disk = new SimulatedDisk(files);
    const { store } = await openCounters(disk);
    const before = disk.calls.length;
    await store.update('a', (current) => counting(current, 'a'));
    assert.deepEqual(disk.calls.slice(before), steps);
  });

  for (const step of steps) {
    it(`at "${step}" is told to the caller as a storage error`, async () => {
      const { refusal } = await refusing(step, 'ENOSPC');
      assert.ok(refusal instanceof StorageError);
      assert.match(refusal.message, /counters\.json: the disk is full/);
    });

    it(`at "${step}" changes nothing in memory`, async () => {
      const { opened } = await refusing(step, 'EIO');
      assert.deepEqual(await countsOf(opened), [5]);
    });

    it(`at "${step}" leaves the old or the new content for the next start`, async () => {
      const { disk } = await refusing(step, 'EROFS');
      const [count] = await countsOf(await openCounters(disk));
      assert.equal(count, step === 'syncFolder data' ? 6 : 5);
    });

    it(`at "${step}" leaves nothing half-written about`, async () => {
      const { disk } = await refusing(step, 'EDQUOT');
      assert.deepEqual(Object.keys(disk.files).toSorted(), ['counters.json', 'counters.json.bak']);
    });

    it(`at "${step}" does not stop the next one`, async () => {
      const { disk, opened } = await refusing(step, 'ENOSPC');
      await opened.store.update('a', () => ({ id: 'a', count: 70 }));
      assert.deepEqual(await countsOf(await openCounters(disk)), [70]);
    });
  }

  it('rejects everybody whose change was in it, and nobody else', async () => {
    const disk = new SimulatedDisk(files);
    const { store } = await openCounters(disk);
    let writes = 0;
    disk.beforeCall = (_, call) => {
      if (call.startsWith('write') && ++writes === 1) throw osError('ENOSPC');
    };
    const together = [store.update('a', () => ({ id: 'a', count: 1 })), store.update('b', () => ({ id: 'b', count: 2 }))];
    const [first, second] = await Promise.allSettled(together);
    const later = await store.update('c', () => ({ id: 'c', count: 3 }));
    assert.deepEqual([first?.status, second?.status, later?.count], ['rejected', 'rejected', 3]);
    assert.deepEqual(await countsOf(await openCounters(disk)), [5, 3]);
  });

  it('hands a change that threw its own error, not the refusal', async () => {
    const disk = new SimulatedDisk(files);
    const { store } = await openCounters(disk);
    disk.beforeCall = () => {
      throw osError('ENOSPC');
    };
    const refused = store.update('a', () => ({ id: 'a', count: 1 }));
    const mistaken = store.update('b', () => {
      throw new RangeError('mine');
    });
    const [, second] = await Promise.allSettled([refused, mistaken]);
    assert.equal(second?.status === 'rejected' && (second.reason as Error).message, 'mine');
  });

  it('keeps the operating system error as its cause', async () => {
    const { refusal } = await refusing('sync .counters.json.next.tmp', 'EIO');
    assert.equal(refusal instanceof StorageError && codeOf(refusal.cause), 'EIO');
  });
});
