/**
 * Compares the ways of choosing an account on the same traces, seed by seed, and each with what nobody could exceed. Pure: the same
 * settings give the same report.
 */
import type { EpochMs } from '../core/time.ts';
import type { Contender } from './contenders.ts';
import { generateTrace } from './generate-trace.ts';
import { type OfferedWork, offeredWork } from './offered-work.ts';
import { createRandom } from './random.ts';
import { type Replay, replay } from './replay.ts';
import { type Estimate, estimate, mean, median } from './statistics.ts';
import { DAY_MS, HOUR_MS, type Trace, WEEK_MS } from './trace.ts';
import { type UpperBound, upperBound } from './upper-bound.ts';
import type { WorldAccountStart } from './world-account.ts';

export interface PlanSettings {
  readonly accounts: number;
  /** The work offered, at ideal costs, as a share of the quota that becomes due in the time of the trace. */
  readonly load: number;
  /** Length of a made-up trace. */
  readonly days: number;
  /** Seeds 1 to this number: of the made-up traces, and of the accounts' calendars. */
  readonly seeds: number;
  readonly contenders: readonly Contender[];
  /** Replayed instead of made-up traces. */
  readonly trace: Trace | null;
}

/** Shares are from 0 to 1. */
export interface ContenderReport {
  readonly name: string;
  /** Of the work offered, at ideal costs. */
  readonly served: Estimate;
  /** Of the upper bound, without what windows were overdrawn by. */
  readonly servedOfBound: Estimate;
  /** Served shares less those of the first contender, on the same traces; null for the first itself. */
  readonly lead: Estimate | null;
  /** Median over the seeds; null when most of them saw none. */
  readonly firstRefusalHours: number | null;
  /** Of the weekly quota that expired within the trace: what became no work, left unused or spent on what a cache had known. */
  readonly wasted: Estimate;
  readonly expiredUnused: Estimate;
  /** Mean over the seeds. */
  readonly rebuiltTokens: number;
  /** Cache reads as a share of those of a single account without limits, for the same requests. */
  readonly cacheReads: Estimate;
  /** 429 of the upstream, per thousand requests that were sent. */
  readonly upstreamRefusals: number;
}

export interface PlanReport {
  readonly accounts: number;
  readonly load: number;
  readonly days: number;
  readonly seeds: number;
  /** Mean over the seeds. */
  readonly requests: number;
  readonly bound: {
    readonly served: Estimate;
    /** Waste that nobody could avoid. */
    readonly wasted: Estimate;
    /** Median over the seeds of the hours after which nobody could have gone on without a refusal; null: in most there is no such instant. */
    readonly firstRefusalHours: number | null;
  };
  readonly contenders: readonly ContenderReport[];
}

/** A weekly window is worth so many 5-hour windows. */
const SHORT_WINDOWS_PER_WEEK = 10;

interface Round {
  readonly work: OfferedWork;
  readonly bound: UpperBound;
  readonly replays: readonly Replay[];
}

export function plan(settings: PlanSettings): PlanReport {
  const rounds = Array.from({ length: settings.seeds }, (_, index) => playRound(settings, index + 1));
  const [first] = rounds;
  if (!first) throw new Error('a plan needs a seed at least');
  return {
    accounts: settings.accounts,
    load: settings.load,
    days: (first.work.endsAt - first.work.startsAt) / DAY_MS,
    seeds: settings.seeds,
    requests: mean(rounds.map(({ work }) => work.requests.length)),
    bound: {
      served: estimate(rounds.map(({ work, bound }) => bound.servedCost / work.cost)),
      wasted: estimate(rounds.map(({ bound }) => share(bound.expiringQuota - bound.usableExpiring, bound.expiringQuota))),
      firstRefusalHours: medianHours(rounds.map(({ work, bound }) => hoursInto(work, bound.firstRefusalBy))),
    },
    contenders: settings.contenders.map(({ name }, place) => reportOf(name, place, rounds)),
  };
}

function playRound({ accounts, load, days, contenders, trace }: PlanSettings, seed: number): Round {
  const work = offeredWork(trace ?? generateTrace({ seed, accounts, days }));
  const starts = startsFor(work, { accounts, load, seed });
  return {
    work,
    bound: upperBound(work, starts),
    replays: contenders.map((contender) => replay(work, contender, starts)),
  };
}

/**
 * Equal accounts whose weeks end at different times, each with a chance part of its week used when it joins. Their quota fits the trace:
 * how much a plan really holds is not published, and for the comparison only the proportion counts.
 */
export function startsFor(
  work: OfferedWork,
  { accounts, load, seed }: { readonly accounts: number; readonly load: number; readonly seed: number },
): WorldAccountStart[] {
  const random = createRandom(seed + 1_000_000);
  const weekly = work.cost / (load * accounts * ((work.endsAt - work.startsAt) / WEEK_MS));
  return Array.from({ length: accounts }, () => {
    const leftMs = Math.ceil((random.between(0, WEEK_MS) + 1) / 1000) * 1000;
    return {
      capacity: { weekly, short: weekly / SHORT_WINDOWS_PER_WEEK },
      weekEndsAt: Math.ceil(work.startsAt / 1000) * 1000 + leftMs,
      usedBefore: random.next(),
    };
  });
}

function reportOf(name: string, place: number, rounds: readonly Round[]): ContenderReport {
  const over = <T>(measure: (replay: Replay, round: Round) => T): T[] =>
    rounds.flatMap((round) => {
      const own = round.replays[place];
      return own ? [measure(own, round)] : [];
    });
  const leads = over(({ servedCost }, { work, replays }) => (servedCost - (replays[0]?.servedCost ?? 0)) / work.cost);
  return {
    name,
    served: estimate(over(({ servedCost }, { work }) => servedCost / work.cost)),
    servedOfBound: estimate(over((own, { bound }) => (own.servedCost - overdrawnBy(own)) / bound.servedCost)),
    lead: place === 0 ? null : estimate(leads),
    firstRefusalHours: medianHours(over(({ firstRefusalAt }, { work }) => hoursInto(work, firstRefusalAt))),
    wasted: estimate(over((own, { work, bound }) => share(wasteOf(own, work).wasted, bound.expiringQuota))),
    expiredUnused: estimate(over((own, { work, bound }) => share(wasteOf(own, work).unused, bound.expiringQuota))),
    rebuiltTokens: mean(over(({ idealReadTokens, readTokens }) => idealReadTokens - readTokens)),
    cacheReads: estimate(over(({ idealReadTokens, readTokens }) => share(readTokens, idealReadTokens, 1))),
    upstreamRefusals: mean(
      over(({ upstreamRefusals, abandoned }, { work }) => share(upstreamRefusals * 1000, work.requests.length - abandoned)),
    ),
  };
}

/** Never is later than any hour. */
const hoursInto = ({ startsAt }: OfferedWork, at: EpochMs | null): number =>
  ((at ?? Number.POSITIVE_INFINITY) - startsAt) / HOUR_MS;

function medianHours(hours: readonly number[]): number | null {
  const middle = median(hours);
  return Number.isFinite(middle) ? middle : null;
}

const share = (part: number, whole: number, otherwise = 0): number => (whole > 0 ? part / whole : otherwise);

/** What was in flight when a window was used up is served all the same; the bound knows of no such gift. */
const overdrawnBy = ({ weeks, shortWindows }: Replay): number =>
  [...weeks, ...shortWindows].reduce((sum, { used, limit }) => sum + Math.max(0, used - limit), 0);

function wasteOf({ weeks }: Replay, { endsAt }: OfferedWork): { wasted: number; unused: number } {
  const expired = weeks.filter((week) => week.endsAt <= endsAt);
  return {
    wasted: expired.reduce((sum, { limit, used, ideal }) => sum + Math.max(limit, used) - ideal, 0),
    unused: expired.reduce((sum, { limit, used }) => sum + Math.max(0, limit - used), 0),
  };
}
