import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../support/builders.ts';
import { type FillableDisk, fillableDisk } from '../../support/fillable-disk.ts';
import { type TokenWorld, tokenWorld } from '../../support/token-world.ts';

describe('a refresh on a full disk', () => {
  let disk: FillableDisk;
  let world: TokenWorld;
  const calls = () => world.simulator.books.tokens.length;

  beforeEach(async () => {
    disk = await fillableDisk();
  });
  afterEach(async () => {
    disk.full = false;
    await world.close();
    await world.vault.flush();
    await disk.remove();
  });

  const begin = async (endsIn: number, onTokenStage: (stage: string) => Promise<void> = () => Promise.resolve()) => {
    world = await tokenWorld({ credentials: await disk.open(), simulator: { onTokenStage } });
    await world.anAccountWith({ endsIn });
  };
  const fillAfterSending = async (stage: string) => {
    if (stage === 'committed') disk.full = true;
  };

  it('is not begun while the access token lives, which goes on serving', async () => {
    await begin(MINUTE);
    disk.full = true;
    const answer = await world.tokens.ensureFresh('acc_1');
    assert.deepEqual([answer.kind, calls()], ['usable', 0]);
  });

  it('is reported to the operator when it could not be begun', async () => {
    await begin(MINUTE);
    disk.full = true;
    await world.tokens.ensureFresh('acc_1');
    assert.match(world.pool.get('acc_1')?.lastRefreshError?.message ?? '', /disk is full/);
  });

  it('is made all the same when the access token has ended: there is nothing left to lose', async () => {
    await begin(0);
    disk.full = true;
    const answer = await world.tokens.ensureFresh('acc_1');
    assert.deepEqual([answer.kind, world.vault.degraded()], ['usable', true]);
  });

  it('serves its result from memory when the disk fills up in between', async () => {
    await begin(0, fillAfterSending);
    const answer = await world.tokens.ensureFresh('acc_1');
    assert.deepEqual([answer.kind === 'usable' && answer.generation, world.vault.degraded()], [4, true]);
  });

  it('brings its result to the disk as soon as that takes it', async () => {
    await begin(0, fillAfterSending);
    const answer = await world.tokens.ensureFresh('acc_1');
    disk.full = false;
    await world.vault.flush();
    const [stored] = await (await disk.open()).list();
    assert.deepEqual([stored?.secret, stored?.generation], [answer.kind === 'usable' && answer.secret, 4]);
  });

  it('is not followed by another one before its result is durable', async () => {
    await begin(0, fillAfterSending);
    await world.tokens.ensureFresh('acc_1');
    await world.time.advance(8 * HOUR - MINUTE);
    const answer = await world.tokens.ensureFresh('acc_1');
    assert.deepEqual([answer.kind === 'usable' && answer.generation, calls()], [4, 1]);
  });
});
