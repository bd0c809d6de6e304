import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TORN_LINE } from '../../../../src/storage/audit/audit-chain.ts';
import { verifyAuditLog } from '../../../../src/storage/audit/audit-files.ts';
import { type AuditFileSystem, AuditLog } from '../../../../src/storage/audit/audit-log.ts';
import type { AuditRecord } from '../../../../src/storage/audit/audit-record.ts';
import { nodeFileSystem } from '../../../../src/storage/file-system.ts';
import { eventually } from '../../../support/eventually.ts';
import { troubledDisk } from '../../../support/troubled-disk.ts';

let ids = 0;
const aRecord = (over: Partial<AuditRecord> = {}): AuditRecord => ({
  id: `aud_${++ids}`,
  phase: 'noted',
  at: '2026-11-25T00:00:00.000Z',
  actor: { kind: 'admin_key', name: 'admin key', key_id: null },
  address: '192.0.2.1',
  request_id: null,
  action: 'key.create',
  target: { kind: 'key', id: 'key_1', name: 'laptop — 笔记本' },
  outcome: 'done',
  status: 201,
  changes: [],
  ...over,
});

describe('the audit log on the disk', () => {
  let folder: string;
  let file: string;
  let outcomes: boolean[];
  let warnings: string[];
  let lost: AuditRecord[];
  const opened: AuditLog[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-audit-'));
    file = join(folder, 'audit.jsonl');
    [outcomes, warnings, lost] = [[], [], []];
  });
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
    await rm(folder, { recursive: true });
  });

  async function open(options: { fs?: AuditFileSystem; maxFileBytes?: number } = {}): Promise<AuditLog> {
    const log = new AuditLog(folder, await verifyAuditLog(folder), {
      fs: nodeFileSystem,
      onOutcome: ({ ok }) => void outcomes.push(ok),
      onWarning: (message) => void warnings.push(message),
      onLost: (record) => void lost.push(record),
      retryMs: 5,
      ...options,
    });
    opened.push(log);
    return log;
  }
  const lines = async () => (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  const faults = async () => (await verifyAuditLog(folder)).faults.map(({ line, what }) => `${line} ${what}`);

  it('is for the owner alone, one line for each record, and whole', async () => {
    const log = await open();
    await Promise.all([log.append(aRecord()), log.append(aRecord()), log.append(aRecord())]);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    const report = await verifyAuditLog(folder);
    assert.deepEqual([report.isWhole, report.lines, report.first, report.last], [true, 3, 1, 3]);
    assert.deepEqual(
      (await lines()).map((line) => JSON.parse(line).seq),
      [1, 2, 3],
    );
  });

  it('goes on with the chain after each start', async () => {
    for (let start = 0; start < 3; start += 1) {
      const log = await open();
      await log.append(aRecord());
      await log.close();
    }
    const { isWhole, last } = await verifyAuditLog(folder);
    assert.deepEqual([isWhole, last], [true, 3]);
  });

  it('follows no link to somewhere else', async () => {
    await writeFile(join(folder, 'elsewhere'), '');
    await symlink(join(folder, 'elsewhere'), file);
    await assert.rejects(open(), /audit\.jsonl is no file of the audit log/);
  });

  describe('shows', () => {
    beforeEach(async () => {
      const log = await open();
      for (let n = 0; n < 5; n += 1) await log.append(aRecord());
      await log.close();
    });
    const rewrite = async (change: (all: string[]) => readonly string[]) =>
      writeFile(file, `${change(await lines()).join('\n')}\n`);

    it('a line that was changed, in the one behind it', async () => {
      await rewrite((all) => all.map((line, index) => (index === 1 ? line.replace('192.0.2.1', '192.0.2.9') : line)));
      assert.deepEqual(await faults(), ['3 chain']);
    });

    it('a line that was taken out', async () => {
      await rewrite((all) => all.toSpliced(2, 1));
      assert.deepEqual(await faults(), ['3 chain', '3 number']);
    });

    it('a line that was put in', async () => {
      await rewrite((all) => all.toSpliced(2, 0, all[0] ?? ''));
      assert.deepEqual(await faults(), ['3 chain', '3 number', '4 chain', '4 number']);
    });

    it('lines that changed places', async () => {
      await rewrite(([a = '', b = '', c = '', ...rest]) => [a, c, b, ...rest]);
      assert.ok((await faults()).length > 0);
    });

    it('a beginning that was cut off, and garbage', async () => {
      await rewrite((all) => all.slice(1));
      assert.deepEqual(await faults(), [], 'the oldest files may be let go');
      assert.equal((await verifyAuditLog(folder)).first, 2);
      await rewrite((all) => all.with(1, 'garbage'));
      assert.deepEqual(await faults(), ['3 chain', '3 number', '2 unreadable']);
    });

    it('nothing of an end that was cut off: for that its newest digest is kept elsewhere', async () => {
      const { head } = await verifyAuditLog(folder);
      await rewrite((all) => all.slice(0, -1));
      const after = await verifyAuditLog(folder);
      assert.equal(after.isWhole, true);
      assert.notEqual(after.head, head);
    });
  });

  it('goes on behind a line that was cut off anywhere, says so, and leaves it as it is', async () => {
    const log = await open();
    await log.append(aRecord());
    await log.append(aRecord());
    await log.close();
    const bytes = await readFile(file);
    const secondLine = bytes.indexOf('\n') + 1;
    for (let cut = secondLine + 1; cut < bytes.length; cut += 1) {
      const torn = bytes.subarray(0, cut);
      await writeFile(file, torn);
      const found = await verifyAuditLog(folder);
      assert.deepEqual([found.endsTorn, found.faults], [true, []], `cut at ${cut}`);
      const next = await open();
      await next.append(aRecord({ action: TORN_LINE }));
      await next.append(aRecord());
      await next.close();
      const report = await verifyAuditLog(folder);
      assert.deepEqual([report.isWhole, report.lines], [true, 4], `cut at ${cut}: ${JSON.stringify(report.faults)}`);
      assert.equal(report.torn, cut === bytes.length - 1 ? 0 : 1, `cut at ${cut}`);
      assert.deepEqual((await readFile(file)).subarray(0, cut), torn);
    }
  });

  describe('when it is full', () => {
    const many = async (count: number) => {
      const log = await open({ maxFileBytes: 1000 });
      for (let n = 0; n < count; n += 1) await log.append(aRecord());
      await log.close();
    };
    const names = async () => (await readdir(folder)).toSorted();

    it('goes on in a new file, with one chain over all of them', async () => {
      await many(10);
      const report = await verifyAuditLog(folder);
      assert.deepEqual([report.isWhole, report.lines, report.last], [true, 10, 10]);
      assert.ok(report.files.length >= 3, report.files.join());
      assert.equal(report.files.at(-1), 'audit.jsonl');
      for (const name of report.files) assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600);
    });

    it('keeps so many files, and says where the oldest begins', async () => {
      await many(120);
      const report = await verifyAuditLog(folder);
      assert.equal(report.files.length, 21);
      assert.deepEqual([report.isWhole, report.last], [true, 120]);
      assert.ok((report.first ?? 0) > 1);
    });

    it('shows a file in the middle that is missing', async () => {
      await many(20);
      await rm(join(folder, (await names())[1] ?? ''));
      const { faults: found } = await verifyAuditLog(folder);
      assert.deepEqual(
        found.map(({ what }) => what),
        ['chain'],
      );
    });

    it('goes on where a crash came between putting a file aside and beginning the next', async () => {
      await many(3);
      await rm(file, { force: true });
      const { last } = await verifyAuditLog(folder);
      const log = await open();
      await log.append(aRecord());
      const report = await verifyAuditLog(folder);
      assert.deepEqual([report.isWhole, report.last], [true, (last ?? 0) + 1]);
    });

    it('never overwrites a file that lies where the next would go', async () => {
      await writeFile(join(folder, 'audit-0000000999.jsonl'), 'somebody else’s\n');
      await many(10);
      assert.equal(await readFile(join(folder, 'audit-0000000999.jsonl'), 'utf8'), 'somebody else’s\n');
    });
  });

  for (const at of ['write', 'sync'] as const) {
    it(`keeps a line that the disk refuses at ${at}, says so, and writes it once when there is room`, async () => {
      const disk = troubledDisk();
      const log = await open({ fs: disk.fs });
      await log.append(aRecord());
      disk.trouble = { code: 'ENOSPC', at };
      const refused = aRecord();
      await assert.rejects(log.append(refused), { name: 'StorageError', message: /the disk is full/ });
      assert.deepEqual([log.failing, outcomes], [true, [false]]);
      disk.trouble = null;
      await eventually(async () => assert.equal(log.failing, false), 10_000);
      const ids = (await lines()).map((line) => JSON.parse(line).id);
      assert.deepEqual([ids.length, ids[1]], [2, refused.id]);
      assert.deepEqual([(await verifyAuditLog(folder)).isWhole, outcomes.at(-1), disk.secondSyncs], [true, true, 0]);
    }).timeout(15_000);
  }

  it('takes away what a write left behind that was cut off half-way, before it goes on', async () => {
    const disk = troubledDisk();
    let isHalf = false;
    const fs: AuditFileSystem = {
      ...disk.fs,
      async append(path) {
        const real = await disk.fs.append(path);
        const write = async (bytes: Uint8Array) => {
          await real.write(isHalf ? bytes.subarray(0, 40) : bytes);
          if (isHalf) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        };
        return { ...real, write };
      },
    };
    const log = await open({ fs });
    await log.append(aRecord());
    isHalf = true;
    await assert.rejects(log.append(aRecord()));
    isHalf = false;
    await log.append(aRecord());
    const report = await verifyAuditLog(folder);
    assert.deepEqual([report.isWhole, report.lines, report.torn], [true, 3, 0]);
  });

  it('tells of the lines that it could not write until the end', async () => {
    const disk = troubledDisk();
    const log = await open({ fs: disk.fs });
    disk.trouble = { code: 'EIO', at: 'write' };
    const record = aRecord();
    await assert.rejects(log.append(record));
    await log.close();
    assert.deepEqual(lost, [record]);
    await assert.rejects(log.append(aRecord()), /closed/);
  });

  it('begins a new file when somebody removes the one that is in use, and says so', async () => {
    const log = await open();
    await log.append(aRecord());
    await rm(file);
    await log.append(aRecord());
    assert.match(warnings.join(), /was removed while it was in use/);
    assert.deepEqual([(await lines()).length, (await verifyAuditLog(folder)).first], [1, 2]);
  });

  it('tells which actions have no end', async () => {
    const log = await open({ maxFileBytes: 1 });
    for (const [id, phase] of [
      ['a', 'begun'],
      ['b', 'begun'],
      ['a', 'ended'],
    ] as const)
      await log.append(aRecord({ id, phase }));
    assert.deepEqual([...(await verifyAuditLog(folder)).unended], ['b']);
  });
});
