/** Small worlds for the tests of the replay. */
import { type OfferedWork, offeredWork } from '../../../src/planning/offered-work.ts';
import type { TraceRequest } from '../../../src/planning/trace.ts';
import type { WorldAccountStart } from '../../../src/planning/world-account.ts';
import { DAY, MINUTE, NOW } from '../../support/builders.ts';

/** Costs 1000 × 1.25 + 100 × 5 = 1750 units where nothing is cached. */
export const aRequest = (over: Partial<TraceRequest> = {}): TraceRequest => ({
  at: NOW,
  durationMs: 1000,
  conversation: null,
  turn: null,
  model: 'claude-haiku-4-5',
  promptTokens: 1000,
  outputTokens: 100,
  ...over,
});

export const workOf = (...requests: TraceRequest[]): OfferedWork =>
  offeredWork({ startsAt: NOW, endsAt: NOW + 14 * DAY, requests });

export const everyMinute = (count: number, over: Partial<TraceRequest> = {}): TraceRequest[] =>
  Array.from({ length: count }, (_, index) => aRequest({ at: NOW + index * MINUTE, ...over }));

export const aStart = (weekly: number, over: Partial<WorldAccountStart> = {}): WorldAccountStart => ({
  capacity: { weekly, short: weekly },
  weekEndsAt: NOW + 3 * DAY,
  usedBefore: 0,
  ...over,
});
