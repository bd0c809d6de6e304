/**
 * What no policy can exceed, however much it knows of the future.
 *
 * Every request costs at least its ideal cost, and an account cannot spend more in a week than the week's quota, nor in a stretch of
 * time more than the 5-hour windows that fit into it. What remains is a transport problem: time is cut daily and at the weekly
 * resets, each piece offers what was asked for in it, each account takes up to its limits. Its optimum is the largest flow (equal to the smallest
 * cut: the dual), and by weak duality an upper bound, since it forgets about conversations, caches, order and single requests.
 */
import type { EpochMs } from '../core/time.ts';
import { FlowNetwork } from './max-flow.ts';
import type { OfferedWork } from './offered-work.ts';
import { DAY_MS, SHORT_WINDOW_MS, WEEK_MS } from './trace.ts';
import type { WorldAccountStart } from './world-account.ts';

export interface UpperBound {
  /** Work that can be served at most, in units of quota at ideal costs. */
  readonly servedCost: number;
  /** Quota of the weekly windows that end within the trace, and how much of it can become work at most. */
  readonly expiringQuota: number;
  readonly usableExpiring: number;
  /** Not everything that was asked for until then can have been served; null: all of the trace could. */
  readonly firstRefusalBy: EpochMs | null;
}

/** Sums in a different order differ by less than this share. */
const ROUNDING = 1e-9;

interface Piece {
  readonly from: EpochMs;
  readonly to: EpochMs;
  offered: number;
}

interface Week {
  readonly account: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly limit: number;
  readonly short: number;
}

/** Exact up to rounding for the problem described above. */
export function upperBound(work: OfferedWork, starts: readonly WorldAccountStart[]): UpperBound {
  const weeks = starts.flatMap((start, account) => weeksOf(start, account, work));
  const pieces = piecesOf(work, weeks);
  const expiring = weeks.filter(({ to }) => to <= work.endsAt);
  return {
    servedCost: largestFlow(pieces, weeks),
    expiringQuota: expiring.reduce((sum, { limit }) => sum + limit, 0),
    usableExpiring: largestFlow(pieces, expiring),
    firstRefusalBy: firstOverload(pieces, weeks),
  };
}

function weeksOf({ capacity, weekEndsAt, usedBefore }: WorldAccountStart, account: number, { startsAt, endsAt }: OfferedWork) {
  const weeks: Week[] = [];
  let limit = capacity.weekly * (1 - usedBefore);
  for (let from = startsAt, to = weekEndsAt; from < endsAt; from = to, to += WEEK_MS) {
    weeks.push({ account, from, to, limit, short: capacity.short });
    limit = capacity.weekly;
  }
  return weeks;
}

function piecesOf({ startsAt, endsAt, requests }: OfferedWork, weeks: readonly Week[]): Piece[] {
  const cuts = new Set<EpochMs>([startsAt, endsAt]);
  for (let day = startsAt; day < endsAt; day += DAY_MS) cuts.add(day);
  for (const { to } of weeks) if (to < endsAt) cuts.add(to);
  const instants = [...cuts].toSorted((a, b) => a - b);
  const pieces = instants.slice(1).map((to, place): Piece => ({ from: instants[place] ?? startsAt, to, offered: 0 }));
  let place = 0;
  for (const { at, ideal } of requests) {
    while (at >= (pieces[place]?.to ?? Number.POSITIVE_INFINITY)) place += 1;
    const piece = pieces[place];
    if (piece) piece.offered += ideal.cost;
  }
  return pieces;
}

/** The end of the first piece until which more was asked for than can flow. */
function firstOverload(pieces: readonly Piece[], weeks: readonly Week[]): EpochMs | null {
  let offered = 0;
  for (const [place, piece] of pieces.entries()) {
    offered += piece.offered;
    if (largestFlow(pieces.slice(0, place + 1), weeks) < offered * (1 - ROUNDING)) return piece.to;
  }
  return null;
}

/** Source → pieces → weeks of accounts → sink. A window may have begun before the piece and another may end after it. */
function largestFlow(pieces: readonly Piece[], weeks: readonly Week[]): number {
  const network = new FlowNetwork(pieces.length + weeks.length + 2);
  const source = pieces.length + weeks.length;
  const sink = source + 1;
  for (const [place, { offered }] of pieces.entries()) network.connect(source, place, offered);
  for (const [place, { limit }] of weeks.entries()) network.connect(pieces.length + place, sink, limit);
  for (const [piecePlace, piece] of pieces.entries()) {
    for (const [weekPlace, week] of weeks.entries()) {
      if (week.from > piece.from || week.to < piece.to) continue;
      const windows = Math.ceil((piece.to - piece.from) / SHORT_WINDOW_MS) + 1;
      network.connect(piecePlace, pieces.length + weekPlace, windows * week.short);
    }
  }
  return network.maxFlow(source, sink);
}
