/**
 * One server on one data folder that is killed again and again, at random moments, while clients ask and an administrator works.
 * Its access tokens live for seconds, so that some refresh is nearly always under way.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { createRandom, type Random } from '../simulation/random.ts';
import { Administrator } from './administrator.ts';
import { ask, askUntilKilled, type Served } from './clients.ts';
import { type KillableServer, startKillable } from './killable-server.ts';
import { Witness } from './witness.ts';

const ADMIN_KEY = 'hga_a-made-up-admin-key-for-the-drill';
/** The first kills come before there is anything. */
const ON_EMPTY_FOLDER = 4;
const LOGINS = ['ada', 'ben', 'cleo', 'dora', 'emil'];
const CLIENTS = 4;
const TOKEN_LIFE_MS = 2000;
/** Of the kills, this part comes before the server listens. */
const DURING_START = 0.25;
const USUAL_START_MS = 600;
/** A life ends after so many replies at most, and a moment more. */
const MOST_REPLIES = 25;
const LAST_MOMENT_MS = 50;
const LONGEST_LIFE_MS = 5000;
/** The token endpoint takes so long at most at each of its stages: time in which to die. */
const SLOW_STAGE_MS = 80;

export interface DrillEnd {
  readonly served: Served;
  readonly refreshes: number;
  readonly saidLost: number;
  readonly starts: readonly number[];
}

export class Drill {
  readonly #random: Random;
  readonly #simulator: Simulator;
  readonly #folder: string;
  readonly #witness: Witness;
  readonly #administrator: Administrator;
  readonly #served: Served = { whole: 0, broken: 0, refused: 0 };
  readonly #starts: number[] = [];
  #server: KillableServer | null = null;
  #clientKey = '';

  private constructor(random: Random, simulator: Simulator, folder: string) {
    this.#random = random;
    this.#simulator = simulator;
    this.#folder = folder;
    this.#witness = new Witness(folder, simulator.books.tokens);
    this.#administrator = new Administrator({ simulator, adminKey: ADMIN_KEY, random, witness: this.#witness });
  }

  static async begin(seed: number): Promise<Drill> {
    const random = createRandom(seed);
    const simulator = await createSimulator({
      accessTokenTtlMs: TOKEN_LIFE_MS,
      onTokenStage: () => setTimeout(random.int(SLOW_STAGE_MS)),
    });
    return new Drill(random, simulator, await mkdtemp(join(tmpdir(), 'headgate-drill-')));
  }

  /** So many kills in all. Ends early when the signal is aborted. */
  async whole(kills: number, signal: AbortSignal): Promise<DrillEnd> {
    await this.#prepare();
    for (let kill = ON_EMPTY_FOLDER; kill < kills && !signal.aborted; kill += 1) {
      if (this.#random.chance(DURING_START)) await this.#killWhileStarting();
      else await this.#liveAndDie();
    }
    return this.#end();
  }

  async close(): Promise<void> {
    await this.#server?.kill().catch(() => undefined);
    await this.#simulator.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Kills in the very first starts on an empty folder, then adds the accounts in one life that ends by a kill, too. */
  async #prepare(): Promise<void> {
    for (let kill = 1; kill < ON_EMPTY_FOLDER; kill += 1) await this.#killWhileStarting();
    await this.#start();
    for (const login of LOGINS) await this.#administrator.addLogin(login);
    this.#clientKey = await this.#administrator.addClientKey();
    await this.#kill();
  }

  /** The last start: every account serves, or is lost by the server's own books, and serves again after a new login. */
  async #end(): Promise<DrillEnd> {
    const url = await this.#start();
    const administrator = this.#administrator;
    await administrator.inspect();
    await administrator.work(() => true);
    await administrator.enableAll();
    for (const id of await administrator.refreshAll()) {
      assert.ok(this.#witness.isLost(id), `${id} cannot be refreshed, and nothing was lost`);
      await administrator.signInAgain(id);
    }
    assert.deepEqual(await administrator.refreshAll(), []);
    const refreshes = this.#simulator.books.tokens.filter(({ grant }) => grant === 'refresh_token').length;
    await this.#everyLoginServes(url);
    return { served: this.#served, refreshes, saidLost: administrator.saidLost, starts: this.#starts };
  }

  async #everyLoginServes(url: string): Promise<void> {
    this.#simulator.books.clear();
    const accounts = this.#administrator.accounts;
    for (let i = 0; i < 2 * accounts; i += 1) assert.equal(await ask({ url, key: this.#clientKey }, false), 200);
    for (const login of LOGINS) assert.ok(this.#simulator.books.requests(login).length > 0, `${login} does not serve`);
  }

  #spawn(): KillableServer {
    this.#server = startKillable({
      STORAGE__DATA_FOLDER: this.#folder,
      AUTH__API_KEY: ADMIN_KEY,
      ACCOUNTS__REFRESH_BUFFER: '1s',
      LOGGER__LEVEL: 'warn',
      CLAUDE__BASE_URL: this.#simulator.url,
      OAUTH__CLIENT_ID: this.#simulator.clientId,
      OAUTH__AUTHORIZE_URL: `${this.#simulator.url}/oauth/authorize`,
      OAUTH__TOKEN_URL: `${this.#simulator.url}/v1/oauth/token?${this.#witness.begin()}`,
      OAUTH__REDIRECT_URI: `${this.#simulator.url}/oauth/code/callback`,
    });
    return this.#server;
  }

  async #start(): Promise<string> {
    const server = this.#spawn();
    const up = await server.up;
    assert.ok(up);
    this.#starts.push(up.startMs);
    await this.#witness.examineLive(server.pid);
    this.#administrator.goTo(up.url);
    return up.url;
  }

  async #kill(): Promise<void> {
    await this.#server?.kill();
    this.#server = null;
    await this.#witness.examine();
  }

  async #killWhileStarting(): Promise<void> {
    const server = this.#spawn();
    await Promise.race([server.up, setTimeout(this.#random.int(USUAL_START_MS))]);
    await this.#kill();
  }

  async #liveAndDie(): Promise<void> {
    const url = await this.#start();
    const server = this.#server;
    assert.ok(server);
    await this.#administrator.inspect();
    const isKilled = () => server.isKilled;
    const enough = Promise.withResolvers<void>();
    let replies = this.#random.int(MOST_REPLIES);
    const onReply = () => {
      replies -= 1;
      if (replies <= 0) enough.resolve();
    };
    const client = { url, key: this.#clientKey, isKilled, served: this.#served, onReply };
    const work = [
      this.#administrator.work(isKilled),
      ...Array.from({ length: CLIENTS }, (_, index) => askUntilKilled(client, index % 2 === 0)),
    ];
    const all = Promise.all(work);
    // Who finds something wrong ends the life at once.
    await Promise.race([all, enough.promise, setTimeout(LONGEST_LIFE_MS)]);
    await Promise.race([all, setTimeout(this.#random.int(LAST_MOMENT_MS))]);
    await this.#kill();
    await all;
  }
}
