/** What must hold whatever happens. Judged from the far end's books and from outside, not by the product's own rules. */
import type { AccountEventRecord, Evidence } from '../../src/accounts/account-event-record.ts';
import type { Account } from '../../src/core/account.ts';
import { modelFamily } from '../../src/core/model-family.ts';
import type { EpochMs } from '../../src/core/time.ts';
import type { GatewayError } from '../../src/gateway/errors.ts';
import type { Exchange } from '../../src/gateway/exchange.ts';
import { DAY, MINUTE } from '../support/builders.ts';
import type { FarEnd } from './far-end.ts';
import { LawBroken } from './law-broken.ts';
import type { Life } from './product.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface RequestEnd {
  readonly exchange: Exchange;
  /** What Headgate itself answered; null when a reply was relayed, or the client left. */
  readonly refusal: GatewayError | null;
}

/** What must come of a request, as far as that is known when it begins. */
export interface Expectation {
  /** The account that must serve first: a conversation's home that can. */
  readonly home: string | null;
}

const ONLY_BY_A_PERSON = new Set(['enabled', 'disabled', 'limit_cleared', 'reauthorized']);
const BY_A_PERSON = new Set(['enabled', 'reauthorized', 'verified', 'limit_cleared', 'created', 'disabled']);

export class Laws {
  readonly #farEnd: FarEnd;
  readonly #time: VirtualTime;
  readonly #life: () => Life;
  /** Accounts that may be asked although their quota is used up: somebody, or something, made the product forget it. */
  readonly #excused = new Set<string>();
  /** Accounts whose refresh may have been cut off. */
  readonly #mayBeLost = new Set<string>();
  /** Accounts that the upstream has refused for good. */
  readonly #condemned = new Set<string>();
  readonly #refusedBefore = new Set<string>();
  readonly #announced = new Set<string>();
  readonly #retries: EpochMs[] = [];
  readonly #requests: EpochMs[] = [];
  #seen = 0;
  #clockWasSet = false;

  constructor(farEnd: FarEnd, time: VirtualTime, life: () => Life) {
    this.#farEnd = farEnd;
    this.#time = time;
    this.#life = life;
  }

  excuse(name: string): void {
    this.#excused.add(name);
  }

  /** A person is about to do this. */
  announced(id: string, type: string): void {
    this.#announced.add(`${id} ${type}`);
  }

  /** A person signed in anew: what was is over. */
  signedIn(name: string): void {
    this.#excused.add(name);
    this.#condemned.delete(name);
    this.#refusedBefore.delete(name);
    this.#mayBeLost.delete(name);
  }

  /** Somebody has set the clock: until all is quiet, both sides may differ about what is over. */
  clockWasSet(): void {
    this.#clockWasSet = true;
  }

  /** Whatever was forgotten by a crash may be learnt anew. */
  #excuseAll(): void {
    for (const name of this.#farEnd.accounts.keys()) this.#excused.add(name);
  }

  crashed(graceful: boolean): void {
    if (graceful) return;
    this.#excuseAll();
    for (const name of this.#farEnd.accounts.keys()) this.#mayBeLost.add(name);
  }

  begun({ conversation, model, path }: Exchange): Expectation {
    this.#requests.push(this.#time.steady());
    const { pins, pool, tokens } = this.#life();
    const pin = conversation === null || path !== '/v1/messages' ? null : pins.homeOf(conversation);
    if (!pin) return { home: null };
    const home = pool.get(pin.accountId);
    const family = modelFamily(model);
    const isFree = home?.status.state === 'active' && tokens.freshToken(home.id) !== null && pool.inFlight(home.id) < 8;
    const isBenched = home?.benches.some((bench) => bench.family === family && bench.until > this.#time.now());
    const isOnTrial =
      pool.nextChance({ family, tried: new Set(), notKind: null, only: pin.accountId, home: null, evenOnProbation: false }) !==
      null;
    return { home: isFree && !isBenched && !isOnTrial ? pin.accountId : null };
  }

  ended({ exchange, refusal }: RequestEnd, { home }: Expectation): void {
    const { attempts } = exchange;
    const offset = this.#time.now() - this.#time.steady();
    const billed = this.#farEnd.seen.filter(({ request, billed }) => billed && request === exchange.target).length;
    must(billed <= 1, `${exchange.id} was billed ${billed} times`);
    const first = attempts[0];
    must(!home || !first || first.accountId === home, `${exchange.id} left its home ${home} for ${first?.accountId}`);
    const trips = attempts
      .filter(({ why }) => why === 'failover' || why === 'rotation' || why === 'affinity')
      .map(({ accountId }) => accountId);
    must(
      exchange.waited || new Set(trips).size === trips.length,
      `${exchange.id} asked an account again that had refused it: ${trips.join()}`,
    );
    for (const [index, { startedAt }] of attempts.entries())
      if ([15, 17, 18].includes(attempts[index - 1]?.row ?? 0)) this.#retries.push(startedAt - offset);
    if (refusal && (refusal.status === 429 || refusal.status === 503)) this.#nobodyWasLeft(exchange);
  }

  /** Holds after every step. */
  check(): void {
    const { pool } = this.#life();
    for (const account of pool.list()) {
      const { status } = account;
      const limit =
        status.state === 'rate_limited'
          ? status
          : status.state === 'inactive' && status.resume.state === 'rate_limited'
            ? status.resume
            : null;
      must(
        pool.inFlight(account.id) >= 0 && pool.inFlight(account.id) <= 8,
        `${account.name} has ${pool.inFlight(account.id)} in flight`,
      );
      must(!limit || Number.isFinite(limit.until), `${account.name} is limited without an end`);
    }
    this.#askedWhileUsedUp();
    this.#noTokenTwice();
    this.#retriesAreBounded();
  }

  /** Holds when nothing has run for days. */
  checkQuiet(): void {
    this.check();
    this.#clockWasSet = false;
    const { pool, vault } = this.#life();
    for (const account of pool.list()) {
      const far = this.#farEnd.accounts.get(account.name);
      if (!far) continue;
      must(pool.inFlight(account.id) === 0, `${account.name} still has ${pool.inFlight(account.id)} in flight`);
      must(
        account.status.state !== 'rate_limited' || account.status.until <= this.#time.now() + 7 * DAY,
        `${account.name} is limited for ever`,
      );
      const lost = far.lostReply || this.#mayBeLost.has(account.name) || far.revoked;
      must(lost || vault.get(account.id)?.refreshToken === far.refreshToken, `the newest token of ${account.name} is not known`);
      const refused = this.#condemned.has(account.name);
      must(account.status.state !== 'invalid' || lost || refused, `${account.name} is invalid without a reason`);
    }
  }

  checkAllServe(served: ReadonlySet<string>): void {
    for (const { id, status } of this.#life().pool.list())
      must(
        status.state === 'invalid' || served.has(id),
        `${id} could serve, is ${status.state}, and does not: ${JSON.stringify(status)}`,
      );
  }

  /** A first refusal only makes an account wait; a second one after that wait may condemn it. */
  judged(name: string, type: string, { status }: Evidence): void {
    if (status !== 401 && status !== 403) return;
    if (type === 'throttled') this.#refusedBefore.add(name);
    if (type !== 'credential_rejected') return;
    must(this.#refusedBefore.has(name), `${name} was condemned by its first refusal`);
    this.#condemned.add(name);
  }

  changed({ type, from, to }: AccountEventRecord, account: Account): void {
    const wasShut = from === 'invalid' || from === 'inactive';
    must(
      !wasShut || from === to || BY_A_PERSON.has(type) || type === 'idle',
      `${account.name} came from ${from} to ${to} by ${type}`,
    );
    const { status } = account;
    if (status.state === 'rate_limited')
      must(status.until <= this.#time.now() + 7 * DAY, `${account.name} is limited beyond seven days`);
    must(
      !ONLY_BY_A_PERSON.has(type) || this.#announced.has(`${account.id} ${type}`),
      `${account.name} had ${type}, and nobody did it`,
    );
  }

  #askedWhileUsedUp(): void {
    const fresh = this.#farEnd.seen.slice(this.#seen);
    this.#seen = this.#farEnd.seen.length;
    for (const { account, startedAt, whileUsedUp } of fresh) {
      const far = this.#farEnd.accounts.get(account);
      if (!far || !whileUsedUp || this.#clockWasSet || this.#excused.has(account)) continue;
      must(startedAt <= far.toldAt, `${account} was asked although it had said until when its quota is used up`);
    }
    for (const [name, far] of this.#farEnd.accounts) if (far.usedUpUntil <= this.#time.now()) this.#excused.delete(name);
  }

  #noTokenTwice(): void {
    for (const name of this.#farEnd.takeReuses()) {
      const far = this.#farEnd.accounts.get(name);
      must(far?.lostReply === true || this.#mayBeLost.has(name), `a spent refresh token of ${name} was sent again`);
    }
  }

  /** A fifth of the requests of ten seconds, and three a second. */
  #retriesAreBounded(): void {
    const now = this.#time.steady();
    const lately = (list: EpochMs[]) => {
      const recent = list.filter((at) => at > now - 11_000);
      list.splice(0, list.length, ...recent);
      return recent.length;
    };
    const retries = lately(this.#retries);
    const requests = lately(this.#requests);
    must(this.#clockWasSet || retries <= 0.2 * requests + 3 * 12 + 1, `${retries} retries for ${requests} requests`);
  }

  /** Whoever could have served was asked. */
  #nobodyWasLeft({ id, attempts, model, startedAt, clientGone }: Exchange): void {
    const { pool, tokens } = this.#life();
    const now = this.#time.now();
    if (clientGone.aborted || now - startedAt >= MINUTE || now < startedAt) return;
    const family = modelFamily(model);
    for (const account of pool.list()) {
      const asked = attempts.some(({ accountId }) => accountId === account.id);
      const benched = account.benches.some((bench) => bench.family === family && bench.until > now);
      const can =
        account.status.state === 'active' &&
        !benched &&
        tokens.freshToken(account.id) !== null &&
        pool.inFlight(account.id) === 0;
      // What changed while the request was under way may have come too late for it.
      const wasSo = account.updatedAt < startedAt && (account.lastRefreshedAt ?? 0) < startedAt;
      must(asked || !can || !wasSo, `${id} was refused although ${account.name} could have served`);
    }
  }
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new LawBroken(otherwise);
}
