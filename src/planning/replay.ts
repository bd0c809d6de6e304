/** Replays offered work through one contender against one set of upstream accounts, and keeps the books. */
import type { EpochMs } from '../core/time.ts';
import type { Contender } from './contenders.ts';
import { EventQueue } from './event-queue.ts';
import type { OfferedRequest, OfferedWork } from './offered-work.ts';
import { type Member, PlannedPool } from './planned-pool.ts';
import { type BookedWindow, WorldAccount, type WorldAccountStart } from './world-account.ts';

/** How it went. Costs are in units of quota. */
export interface Replay {
  /** At the ideal costs of the requests that were served. */
  readonly servedCost: number;
  /** What serving them took in fact. */
  readonly spentCost: number;
  readonly refused: number;
  /** Requests that were never sent, because an earlier one of their turn was refused. */
  readonly abandoned: number;
  readonly firstRefusalAt: EpochMs | null;
  /** 429 of the upstream that another account made good, or that ended with the client. */
  readonly upstreamRefusals: number;
  /** Prompt tokens read from the cache, and how many a single account without limits would have read for the same requests. */
  readonly readTokens: number;
  readonly idealReadTokens: number;
  readonly weeks: readonly BookedWindow[];
  readonly shortWindows: readonly BookedWindow[];
}

type Books = { -readonly [K in Exclude<keyof Replay, 'weeks' | 'shortWindows'>]: Replay[K] };

interface Running {
  readonly pool: PlannedPool;
  readonly world: readonly WorldAccount[];
  readonly ends: EventQueue<(at: EpochMs) => void>;
  readonly brokenTurns: Set<string>;
  readonly books: Books;
}

/** Deterministic: nothing but the arguments decides. */
export function replay(work: OfferedWork, contender: Contender, starts: readonly WorldAccountStart[]): Replay {
  const running: Running = {
    pool: new PlannedPool(contender, starts.length, work.startsAt),
    world: starts.map((start) => new WorldAccount(start)),
    ends: new EventQueue(),
    brokenTurns: new Set(),
    books: {
      servedCost: 0,
      spentCost: 0,
      refused: 0,
      abandoned: 0,
      firstRefusalAt: null,
      upstreamRefusals: 0,
      readTokens: 0,
      idealReadTokens: 0,
    },
  };
  for (const request of work.requests) {
    endUntil(running.ends, request.at);
    arrive(running, request);
  }
  endUntil(running.ends, Number.POSITIVE_INFINITY);
  for (const account of running.world) account.passTime(work.endsAt);
  return {
    ...running.books,
    weeks: running.world.flatMap(({ weeks }) => weeks),
    shortWindows: running.world.flatMap(({ shortWindows }) => shortWindows),
  };
}

function endUntil(ends: Running['ends'], now: EpochMs): void {
  for (let at = ends.nextAt; at !== null && at <= now; at = ends.nextAt) ends.pop()?.(at);
}

function arrive(running: Running, request: OfferedRequest): void {
  const { books, brokenTurns } = running;
  if (request.turn !== null && brokenTurns.has(request.turn)) {
    books.abandoned += 1;
    return;
  }
  if (serve(running, request)) return;
  books.refused += 1;
  books.firstRefusalAt ??= request.at;
  if (request.turn !== null) brokenTurns.add(request.turn);
}

/** Asks one account after the other, as the product does after a refusal by quota. False: the client sees a 429. */
function serve({ pool, world, ends, books }: Running, request: OfferedRequest): boolean {
  const { at: now } = request;
  const tried = new Set<string>();
  for (let member = pool.choose(request, tried, now); member; member = pool.choose(request, tried, now)) {
    const chosen: Member = member;
    const reply = world[chosen.index]?.answer(request, now);
    if (!reply) throw new Error('every member of the pool has an account in the world');
    tried.add(chosen.account.id);
    const isFinal = pool.hear(chosen, request, reply, now);
    if (reply.kind === 'served') {
      const { service } = reply;
      books.servedCost += request.ideal.cost;
      books.spentCost += service.expense.cost;
      books.readTokens += service.expense.readTokens;
      books.idealReadTokens += request.ideal.readTokens;
      ends.push(now + request.durationMs, (at) => {
        service.settle();
        pool.release(chosen, at);
      });
      return true;
    }
    books.upstreamRefusals += 1;
    pool.release(chosen, now);
    if (isFinal) return false;
  }
  return false;
}
