/** The whole state of the product under a virtual clock, with faults from a seed: acts at random, and holds every step against the laws. */
import type { AccountRecord } from '../../src/accounts/account-record.ts';
import type { AccountEvent } from '../../src/core/account-machine.ts';
import type { Credential } from '../../src/core/credential.ts';
import { GatewayError } from '../../src/gateway/errors.ts';
import type { Exchange } from '../../src/gateway/exchange.ts';
import { relayWithFailover } from '../../src/gateway/relay-with-failover.ts';
import { createMemoryRecordStore } from '../../src/storage/memory/memory-record-store.ts';
import { anExchange } from '../support/an-exchange.ts';
import { anAccount, HOUR, MINUTE, NOW } from '../support/builders.ts';
import { type FarAccount, FarEnd, MOODS, NOVEL, type TokenMood } from './far-end.ts';
import { LawBroken } from './law-broken.ts';
import { Laws, type RequestEnd } from './laws.ts';
import { type Disk, type Life, type Plant, startLife } from './product.ts';
import { createRandom, type Random } from './random.ts';
import { VirtualTime } from './virtual-time.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly plant?: Plant;
}

export interface SimulationEnd {
  /** `state × event` of the machine's table. */
  readonly cells: ReadonlySet<string>;
  /** Rows of the reply table. */
  readonly rows: ReadonlySet<number>;
  readonly requests: number;
  readonly restarts: number;
}

const NAMES = ['a', 'b', 'c', 'd'];
const CALM_EVERY = 2500;
const TOKEN_MOODS: readonly TokenMood[] = ['unreachable', 'lost_reply', 'refuses_us', 'throttles', 'slow'];

/** @throws LawBroken */
export async function simulate({ seed, steps, plant }: SimulationOptions): Promise<SimulationEnd> {
  const time = new VirtualTime(NOW);
  const world = new World(time, createRandom(seed), plant ?? null);
  let step = 0;
  try {
    await world.begin();
    for (step = 1; step <= steps; step += 1) {
      await world.act();
      if (step % CALM_EVERY === 0) await world.calm();
      world.laws.check();
    }
    await world.calm();
    world.laws.check();
    return world.end();
  } catch (error) {
    throw error instanceof LawBroken ? new LawBroken(`${error.message} (seed ${seed}, step ${step})`) : error;
  } finally {
    time.end();
  }
}

class World {
  readonly laws: Laws;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #farEnd: FarEnd;
  readonly #disk: Disk;
  readonly #plant: Plant | null;
  readonly #cells = new Set<string>();
  readonly #rows = new Set<number>();
  #life!: Life;
  #ids = 0;
  #requests = 0;
  #restarts = 0;
  #running = 0;
  /** What a request met while nobody waited for it. */
  #fault: Error | null = null;

  constructor(time: VirtualTime, random: Random, plant: Plant | null) {
    this.#time = time;
    this.#random = random;
    this.#plant = plant;
    this.#farEnd = new FarEnd(time, random);
    this.#disk = {
      accounts: createMemoryRecordStore<AccountRecord>(),
      credentials: createMemoryRecordStore<Credential>(),
      full: false,
    };
    this.laws = new Laws(this.#farEnd, time, () => this.#life);
  }

  async begin(): Promise<void> {
    await this.#start();
    for (const [index, name] of NAMES.entries()) {
      const far = this.#farEnd.add(name, 2 * HOUR);
      const { accessToken: secret, refreshToken } = far;
      const expiresAt = far.accessEndsAt;
      await this.#life.vault.add({
        id: name,
        kind: 'oauth',
        secret,
        refreshToken,
        expiresAt,
        loginExpiresAt: null,
        scopes: [],
        generation: 1,
        obtainedAt: NOW,
        trust: 'verified',
        intent: null,
      });
      await this.#life.pool.add(anAccount({ id: name, name, generation: 1, expiresAt, createdAt: NOW + index, updatedAt: NOW }), {
        summary: 'added',
      });
    }
  }

  /** One thing happens, and a little time passes. */
  async act(): Promise<void> {
    const dice = this.#random.next();
    if (dice < 0.62) this.#request();
    else if (dice < 0.8) this.#trouble();
    else if (dice < 0.9) await this.#person();
    else if (dice < 0.96) await this.#time.advance(this.#random.int(20 * MINUTE));
    else if (dice < 0.975) this.#job();
    else if (dice < 0.985) this.#disk.full = !this.#disk.full && this.#random.chance(0.5);
    else if (dice < 0.99) this.#farEnd.tokenMood = this.#random.chance(0.5) ? 'well' : this.#random.pick(TOKEN_MOODS);
    else if (dice < 0.996) await this.#restart(this.#random.chance(0.5));
    else if (dice < 0.998) this.#jump();
    else if (dice < 0.999) this.#burst();
    else this.#lateNews();
    await this.#time.advance(this.#random.int(150));
    if (this.#fault) throw this.#fault;
  }

  /** Everything becomes well again, and stays so for long enough: whoever can serve, serves. */
  async calm(): Promise<void> {
    for (const far of this.#farEnd.accounts.values()) far.moodLeft = 0;
    this.#farEnd.tokenMood = 'well';
    this.#disk.full = false;
    await this.#finish();
    for (let hours = 0; hours < 8 * 24; hours += 8) await this.#time.advance(8 * HOUR);
    for (const far of this.#farEnd.accounts.values()) far.usedUpUntil = 0;
    for (const id of NAMES)
      await this.#life.pool.applyDurably(id, { type: 'enabled', at: this.#time.now() }, { summary: 'calm' });
    // After a refusal of the whole configuration one account tries for all; the others have their turn in the next run.
    for (let run = 0; run < 2; run += 1) {
      void this.#life.tokens.refreshDue();
      await this.#time.advance(20 * MINUTE);
    }
    this.laws.checkQuiet();
    const served = new Set<string>();
    for (let round = 0; round < 3 * NAMES.length; round += 1) {
      const ending = this.#requestAndWait();
      await this.#finish();
      for (const { accountId, row } of (await ending).exchange.attempts) if (row === 1) served.add(accountId);
    }
    this.laws.check();
    this.laws.checkAllServe(served);
    await this.#authorizeInvalid();
  }

  end(): SimulationEnd {
    return { cells: this.#cells, rows: this.#rows, requests: this.#requests, restarts: this.#restarts };
  }

  async #start(): Promise<void> {
    const newId = (prefix: string) => {
      this.#ids += 1;
      return `${prefix}_${this.#ids}`;
    };
    const around = { time: this.#time, random: this.#random, farEnd: this.#farEnd, disk: this.#disk, plant: this.#plant, newId };
    this.#life = await startLife(around);
    this.#watch(this.#life);
  }

  /** Notes which cells of the machine's table are visited, and hands every change to the laws. */
  #watch({ pool }: Life): void {
    const note = (id: string, event: AccountEvent) => void this.#cells.add(`${pool.get(id)?.status.state} × ${event.type}`);
    const { apply, applyDurably } = pool;
    pool.apply = (id, event, evidence) => {
      note(id, event);
      this.laws.judged(id, event.type, evidence);
      return apply.call(pool, id, event, evidence);
    };
    pool.applyDurably = (id, event, evidence) => {
      this.laws.announced(id, event.type);
      note(id, event);
      return applyDurably.call(pool, id, event, evidence);
    };
    pool.onChange((record, account) => this.laws.changed(record, account));
  }

  #request(): void {
    this.#requestAndWait().catch((error: unknown) => {
      this.#fault ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  async #requestAndWait(): Promise<RequestEnd> {
    this.#requests += 1;
    const gone = new AbortController();
    const exchange = this.#exchange(gone.signal);
    const life = this.#life;
    const expected = this.laws.begun(exchange);
    if (this.#random.chance(0.03))
      void this.#time.delay(this.#random.int(3000), new AbortController().signal).then(() => gone.abort());
    this.#running += 1;
    let refusal: GatewayError | null = null;
    try {
      await relayWithFailover(life.relay, exchange);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      refusal = error;
    }
    if (life !== this.#life) return { exchange, refusal };
    this.#running -= 1;
    for (const { row } of exchange.attempts) if (row !== null) this.#rows.add(row);
    if (exchange.end?.outcome === 'cut') this.#rows.add(19);
    this.laws.ended({ exchange, refusal }, expected);
    return { exchange, refusal };
  }

  #exchange(clientGone: AbortSignal): Exchange {
    const random = this.#random;
    const isNovel = random.chance(0.02);
    return anExchange({
      id: `r${this.#requests}`,
      startedAt: this.#time.now(),
      clientGone,
      path: isNovel ? '/v1/novelties' : '/v1/messages',
      target: `r${this.#requests}${isNovel ? NOVEL : ''}`,
      apiKey: { id: `key_${random.int(6)}` } as never,
      model: random.pick(['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5']),
      conversation: random.chance(0.5) ? `talk ${random.int(30)}` : null,
    });
  }

  /** Everybody asks at once while nothing works. */
  #burst(): void {
    const mood = this.#random.pick(['crash', 'overloaded', 'unreachable', 'stale'] as const);
    for (const far of this.#farEnd.accounts.values()) Object.assign(far, { mood, moodLeft: 200 });
    for (let i = 0; i < 250; i += 1) this.#request();
  }

  #trouble(): void {
    const far = this.#farEnd.accounts.get(this.#random.pick(NAMES));
    if (!far) return;
    far.mood = this.#random.pick(MOODS);
    far.moodLeft = this.#random.chance(0.1) ? 30 : 1 + this.#random.int(3);
    if (this.#random.chance(0.2))
      for (const one of this.#farEnd.accounts.values()) Object.assign(one, { mood: far.mood, moodLeft: far.moodLeft });
    if (far.mood === 'first_event_error') this.#rows.add(2);
    if (this.#random.chance(0.01)) this.#takeBack(far);
    if (this.#random.chance(0.05)) far.accessEndsAt = Math.min(far.accessEndsAt, this.#time.steady());
  }

  /** The owner takes the login back while requests are under way, and somebody notices. */
  #takeBack(far: FarAccount): void {
    Object.assign(far, { revoked: true, revokedBecause: 'script', revokedAt: this.#time.steady(), mood: 'paused', moodLeft: 10 });
    for (let i = 0; i < 10; i += 1) this.#request();
    void this.#life.tokens.refreshNow(far.name);
  }

  async #person(): Promise<void> {
    const id = this.#random.pick(NAMES);
    const at = this.#time.now();
    const { pool, tokens } = this.#life;
    const said = { summary: 'a person' };
    const quietly = (work: Promise<unknown>) => work.catch(() => undefined);
    switch (this.#random.int(6)) {
      case 0:
        await quietly(pool.applyDurably(id, { type: 'disabled', at }, said));
        return;
      case 1:
        await quietly(pool.applyDurably(id, { type: 'enabled', at }, said));
        return;
      case 2:
        this.laws.excuse(id);
        pool.clearBenches(id);
        await quietly(pool.applyDurably(id, { type: 'limit_cleared', at }, said));
        return;
      case 3:
        void tokens.refreshNow(id);
        return;
      case 4:
        await this.#authorize(id);
        return;
      default:
        for (const name of NAMES) pool.apply(name, { type: 'cooldown_elapsed', at }, said);
    }
  }

  async #authorize(id: string): Promise<void> {
    const far = this.#farEnd.accounts.get(id);
    if (!far || this.#disk.full) return;
    const { vault, pool } = this.#life;
    this.laws.check();
    this.#farEnd.login(far, 2 * HOUR);
    this.laws.signedIn(id);
    const generation = (vault.get(id)?.generation ?? 0) + 1;
    const expiresAt = this.#time.now() + 2 * HOUR;
    const { accessToken: secret, refreshToken } = far;
    const at = this.#time.now();
    await vault.replace(id, {
      kind: 'oauth',
      secret,
      refreshToken,
      expiresAt,
      loginExpiresAt: null,
      scopes: [],
      obtainedAt: at,
      trust: 'verified',
      intent: null,
    });
    this.#life.strikes.clear(id);
    const fresh = vault.get(id)?.generation ?? generation;
    await pool.applyDurably(
      id,
      { type: 'reauthorized', at, generation: fresh, expiresAt, loginExpiresAt: null },
      { summary: 'signed in' },
    );
  }

  async #authorizeInvalid(): Promise<void> {
    for (const { id, status } of this.#life.pool.list()) if (status.state === 'invalid') await this.#authorize(id);
  }

  #job(): void {
    if (this.#random.chance(0.5)) void this.#life.tokens.refreshDue();
    else this.#life.checkIdle();
  }

  async #restart(graceful: boolean): Promise<void> {
    this.#restarts += 1;
    if (graceful) {
      this.#disk.full = false;
      await this.#finish();
      await Promise.all([this.#life.tokens.idle(10_000), this.#time.advance(10_000)]);
      await this.#life.pool.flush();
      await this.#life.vault.flush();
    }
    this.laws.crashed(graceful);
    this.#life.kill();
    this.#running = 0;
    await this.#start();
  }

  /** Until every request has its answer. */
  async #finish(): Promise<void> {
    for (let waits = 0; this.#running > 0; waits += 1) {
      if (waits > 500) throw new LawBroken(`${this.#running} requests never end`);
      await this.#time.advance(1000);
      if (this.#fault) throw this.#fault;
    }
  }

  /** A verdict, or a job, that was begun before the account came to be what it is. */
  #lateNews(): void {
    const { pool } = this.#life;
    const at = this.#time.now();
    const late = { summary: 'late news' };
    for (const { id, status } of pool.list()) {
      if (status.state !== 'active') pool.apply(id, { type: 'mark_withdrawn', at, mark: 'mrk_0' }, late);
      if (status.state === 'invalid')
        pool.apply(id, { type: 'quota_rejected', at, until: at + MINUTE, cause: 'quota', mark: null }, late);
      if (status.state !== 'active' || this.#random.chance(0.2)) pool.apply(id, { type: 'idle', at }, late);
    }
  }

  #jump(): void {
    this.laws.clockWasSet();
    this.#time.jump((this.#random.chance(0.5) ? 1 : -1) * this.#random.int(3 * HOUR));
  }
}
