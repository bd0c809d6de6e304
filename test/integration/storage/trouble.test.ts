/** A disk that refuses, under the whole product: requests go on, nothing is lost, /readyz says so, and all is well again when it is over. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startApp } from '../../../src/app.ts';
import { testLoaded } from '../../support/config.ts';
import { eventually } from '../../support/eventually.ts';
import { startWorld, type World, type WorldOptions } from '../../support/start-app.ts';
import { type Trouble, type TroubledDisk, troubledDisk } from '../../support/troubled-disk.ts';

const HOUR = 3_600_000;
const LIFE = 8 * HOUR;
const TROUBLES: readonly Trouble[] = [
  { code: 'ENOSPC', at: 'create' },
  { code: 'ENOSPC', at: 'write' },
  { code: 'EDQUOT', at: 'write' },
  { code: 'EROFS', at: 'create' },
  { code: 'EACCES', at: 'create' },
  { code: 'EMFILE', at: 'create' },
  { code: 'EIO', at: 'sync' },
  { code: 'EIO', at: 'rename' },
  { code: 'EIO', at: 'syncFolder' },
];

interface StoredCredential {
  readonly secret: string;
  readonly refreshToken: string;
  readonly generation: number;
  readonly intent: object | null;
}

interface Troubled {
  readonly world: World;
  readonly disk: TroubledDisk;
}

const ask = async ({ world }: Troubled): Promise<number> => {
  const reply = await world.ask();
  await reply.arrayBuffer();
  return reply.status;
};
const readiness = async ({ world }: Troubled) => {
  const reply = await fetch(`${world.app.url}/readyz`);
  return [reply.status, ((await reply.json()) as { reasons: string[] }).reasons] as const;
};
const isReady = (one: Troubled) => eventually(async () => assert.deepEqual(await readiness(one), [200, []]), 30_000);
const isUnready = (one: Troubled) => eventually(async () => assert.deepEqual(await readiness(one), [503, ['storage']]));

/** Serves, says so, loses no change that it has acknowledged, and recovers. */
async function outlives(trouble: Trouble, one: Troubled): Promise<void> {
  const { world, disk } = one;
  disk.trouble = trouble;
  assert.equal(await ask(one), 200);
  await isUnready(one);
  const refused = await world.admin('POST', '/api/keys', { name: 'refused' });
  assert.ok(refused.status >= 500, `${refused.status}`);
  assert.doesNotMatch(JSON.stringify(refused.body), /headgate-test-|at \w+ \(/, 'no path and no stack');
  for (let i = 0; i < 5; i += 1) assert.equal(await ask(one), 200);
  disk.trouble = null;
  await isReady(one);
  assert.equal((await world.admin('POST', '/api/keys', { name: 'taken' })).status, 201);
  assert.equal(disk.secondSyncs, 0);
  const left = (await readdir(world.dataFolder)).filter((name) => name.endsWith('.tmp'));
  assert.deepEqual(left, []);
  const keys = JSON.parse(await readFile(join(world.dataFolder, 'api-keys.json'), 'utf8')).records as { name: string }[];
  const names = keys.map(({ name }) => name);
  assert.deepEqual(names, ['test', 'taken']);
}

describe('a disk that refuses', function () {
  this.timeout(120_000);
  const running: Troubled[] = [];
  let one: Troubled;
  let now: number;
  beforeEach(() => {
    now = Date.now();
  });
  afterEach(async () => {
    for (const { disk, world } of running.splice(0)) {
      disk.trouble = null;
      await world.stop();
    }
  });

  const begin = async (options: WorldOptions = {}): Promise<Troubled> => {
    const disk = troubledDisk();
    const begun = { disk, world: await startWorld({ accounts: ['one'], now: () => now, fs: disk.fs, ...options }) };
    running.push(begun);
    return begun;
  };
  const refreshes = () => one.world.simulator.books.tokens.filter(({ grant }) => grant === 'refresh_token').length;
  const onDisk = async (): Promise<StoredCredential | undefined> =>
    JSON.parse(await readFile(join(one.world.dataFolder, 'credentials.json'), 'utf8')).records[0];

  // At once, because each waits some seconds for the write that is tried again.
  it(`ends no request, loses no acknowledged change and is recovered from, whatever it says (${TROUBLES.length} ways)`, async () => {
    const all = await Promise.all(TROUBLES.map(() => begin()));
    const outcomes = await Promise.allSettled(all.map((each, index) => outlives(TROUBLES[index] as Trouble, each)));
    for (const [index, outcome] of outcomes.entries()) {
      const { code, at } = TROUBLES[index] as Trouble;
      assert.equal(outcome.status, 'fulfilled', `${code} at ${at}: ${outcome.status === 'rejected' && outcome.reason}`);
    }
  });

  it('begins no refresh that it could not put on record, while the token still serves', async () => {
    one = await begin();
    now += LIFE - 30_000;
    one.disk.trouble = { code: 'ENOSPC', at: 'create' };
    for (let i = 0; i < 3; i += 1) assert.equal(await ask(one), 200);
    assert.equal(refreshes(), 0);
    await isUnready(one);
    one.disk.trouble = null;
    await isReady(one);
    assert.equal(await ask(one), 200);
    assert.equal(refreshes(), 1);
  });

  it('serves the result of a refresh from memory, begins no other one meanwhile, and stores it when there is room', async () => {
    const onTokenStage = async (stage: string, grant: string) => {
      if (stage === 'committed' && grant === 'refresh_token') one.disk.trouble = { code: 'ENOSPC', at: 'write' };
    };
    one = await begin({ simulator: { now: () => now, onTokenStage } });
    const before = await onDisk();
    now += LIFE + 1;
    assert.equal(await ask(one), 200);
    assert.deepEqual([(await onDisk())?.secret, (await onDisk())?.intent !== null], [before?.secret, true]);
    await isUnready(one);
    now += LIFE - 30_000;
    assert.equal(await ask(one), 200);
    assert.equal(refreshes(), 1);
    one.disk.trouble = null;
    await isReady(one);
    const stored = await onDisk();
    assert.deepEqual([stored?.generation, stored?.intent, stored?.refreshToken === before?.refreshToken], [2, null, false]);
  });

  it('does not keep a token from being renewed that has ended: there is nothing left to lose', async () => {
    one = await begin();
    now += LIFE + 1;
    one.disk.trouble = { code: 'EROFS', at: 'create' };
    assert.equal(await ask(one), 200);
    assert.equal(refreshes(), 1);
    one.disk.trouble = null;
    await isReady(one);
    assert.equal((await onDisk())?.generation, 2);
  });

  it('takes back what it could not store, and says why in the account’s history', async () => {
    one = await begin();
    const [account] = (await one.world.admin('GET', '/api/accounts')).body.data as { id: string }[];
    one.disk.trouble = { code: 'EACCES', at: 'create' };
    const reply = await one.world.admin('PATCH', `/api/accounts/${account?.id}`, { status: 'inactive' });
    assert.ok(reply.status >= 500);
    assert.equal((await one.world.statusOf(account?.id ?? '')).status, 'active');
    const { body } = await one.world.admin('GET', `/api/accounts/${account?.id}/events`);
    assert.match(body.data[0].evidence.summary, /could not be stored/);
    assert.equal(await ask(one), 200);
  });
});

describe('a file system without room', function () {
  this.timeout(60_000);

  it('ends no request, and is recovered from when there is room again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-small-'));
    const run = promisify(execFile);
    // Only a superuser may mount; elsewhere the port stands in for the full file system.
    const isMounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=700', 'tmpfs', folder]).then(
      () => true,
      () => false,
    );
    const disk = troubledDisk();
    const filler = join(folder, 'filler');
    const world = await startWorld({ accounts: ['one'], fs: disk.fs, config: { storage: { dataFolder: folder } } });
    try {
      if (isMounted) {
        const { bfree, bsize } = await statfs(folder);
        await writeFile(filler, Buffer.alloc(bfree * bsize)).catch(() => undefined);
      } else disk.trouble = { code: 'ENOSPC', at: 'write' };
      const unready = async () => (await fetch(`${world.app.url}/readyz`)).status;
      for (let i = 0; i < 3; i += 1) assert.equal((await world.ask()).status, 200);
      await eventually(async () => assert.equal(await unready(), 503));
      assert.match(JSON.stringify((await world.admin('POST', '/api/keys', { name: 'more' })).body), /storage refuses the write/);
      disk.trouble = null;
      if (isMounted) await rm(filler);
      await eventually(async () => assert.equal(await unready(), 200), 30_000);
      assert.equal((await world.admin('POST', '/api/keys', { name: 'more' })).status, 201);
    } finally {
      await world.stop();
      if (isMounted) await run('umount', [folder]);
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('keeps the program from starting, with the reason and the remedy', async () => {
    const disk = troubledDisk();
    const folder = await mkdtemp(join(tmpdir(), 'headgate-full-'));
    disk.trouble = { code: 'ENOSPC', at: 'write' };
    const loaded = testLoaded({ server: { port: 0 }, storage: { dataFolder: folder } });
    await assert.rejects(startApp({ loaded, fs: disk.fs }), /the disk is full; free some space/);
    await rm(folder, { recursive: true });
  });
});
