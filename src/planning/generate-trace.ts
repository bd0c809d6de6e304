/**
 * Makes up a trace of Claude Code sessions. A session is a few prompts of a person with pauses between them; a prompt leads to a loop
 * of requests, each as large as the last one plus its answer and a tool's result; now and then sub-agents work beside it with
 * conversations of their own. When the prompt fills the context, it is compacted. The numbers are assumptions: docs/balance.md.
 */
import type { DurationMs, EpochMs } from '../core/time.ts';
import { createRandom, type Random } from './random.ts';
import { DAY_MS, type Trace, type TraceRequest } from './trace.ts';

export interface TraceShape {
  readonly seed: number;
  /** The traffic of so many accounts; how much of their quota it takes is settled later. */
  readonly accounts: number;
  readonly days: number;
}

/** Monday 2026-11-23, 00:00 UTC: any Monday would do, but a trace should not depend on the day on which it is made. */
const MONDAY: EpochMs = 1_795_392_000_000;
/** On average; a session is large: a few of them fill a 5-hour window. */
const SESSIONS_PER_ACCOUNT_AND_DAY = 2;
const WEIGHT_OF_DAY = [1, 1, 1, 1, 1, 0.5, 0.5] as const;
/** From midnight UTC on: people on two sides of an ocean, with a lunch break here and some evening work there; little at night. */
const WEIGHT_OF_HOUR = [3, 2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 8, 9, 10, 10, 10, 9, 8, 8, 8, 7, 6, 4] as const;
const CONTEXT_TOKENS = 170_000;
const COMPACTED_TOKENS = 35_000;
/** Of prompts. */
const SUB_AGENT_SHARE = 0.15;
/** Of the pauses between prompts, half are shorter. */
const PAUSE_MS: DurationMs = 180_000;
const MODELS = { large: 'claude-opus-4-5', middle: 'claude-sonnet-4-5', small: 'claude-haiku-4-5' } as const;

/** A conversation as it grows. */
interface Thread {
  readonly conversation: string;
  readonly model: string;
  readonly random: Random;
  readonly into: TraceRequest[];
  promptTokens: number;
}

/** The same shape gives the same trace. */
export function generateTrace({ seed, accounts, days }: TraceShape): Trace {
  const random = createRandom(seed);
  const endsAt = MONDAY + days * DAY_MS;
  const requests: TraceRequest[] = [];
  const sessions = Math.max(1, Math.round(SESSIONS_PER_ACCOUNT_AND_DAY * accounts * days));
  for (let session = 0; session < sessions; session += 1) {
    addSession(`s${session}`, startOfSession(random, days), random, requests);
  }
  const within = requests.filter(({ at }) => at < endsAt);
  return { startsAt: MONDAY, endsAt, requests: within.toSorted((a, b) => a.at - b.at) };
}

function startOfSession(random: Random, days: number): EpochMs {
  for (;;) {
    const day = random.between(0, days);
    if (random.next() >= (WEIGHT_OF_DAY[Math.floor(day) % 7] ?? 1)) continue;
    const hour = (day % 1) * 24;
    if (random.next() * 10 < (WEIGHT_OF_HOUR[Math.floor(hour)] ?? 1)) return Math.floor(MONDAY + day * DAY_MS);
  }
}

function addSession(session: string, startsAt: EpochMs, random: Random, into: TraceRequest[]): void {
  const model = random.next() < 0.5 ? MODELS.large : MODELS.middle;
  const thread: Thread = { conversation: session, model, random, into, promptTokens: random.between(20_000, 45_000) };
  const prompts = clamp(random.logNormal(6, 1), 1, 120);
  let at = startsAt;
  for (let prompt = 0; prompt < prompts; prompt += 1) {
    if (random.next() < SUB_AGENT_SHARE) addSubAgents(`${session}.${prompt}`, at, random, into);
    at = addLoop(thread, `${session}.${prompt}`, at, clamp(random.logNormal(12, 0.9), 1, 60));
    at += Math.floor(random.logNormal(PAUSE_MS, 1.3));
  }
}

/** Beside the loop, at once, with a small prompt of their own. */
function addSubAgents(turn: string, at: EpochMs, random: Random, into: TraceRequest[]): void {
  const agents = clamp(random.between(1, 5), 1, 4);
  for (let agent = 0; agent < agents; agent += 1) {
    const conversation = `${turn}.a${agent}`;
    const model = random.next() < 0.5 ? MODELS.middle : MODELS.small;
    const thread: Thread = { conversation, model, random, into, promptTokens: random.between(10_000, 16_000) };
    addLoop(thread, conversation, at + Math.floor(random.between(3000, 9000)), clamp(random.logNormal(8, 0.7), 2, 40));
  }
}

/** Requests one after another, each with what the last one brought. Returns the instant at which the last answer is complete. */
function addLoop(thread: Thread, turn: string, startsAt: EpochMs, steps: number): EpochMs {
  const { random, into, conversation, model } = thread;
  let at = startsAt;
  for (let step = 0; step < steps; step += 1) {
    const outputTokens = clamp(random.logNormal(220, 1), 20, 8000);
    const durationMs = 1500 + outputTokens * 15;
    const promptTokens = Math.floor(thread.promptTokens);
    into.push({ at, durationMs, conversation, turn, model, promptTokens, outputTokens });
    thread.promptTokens += outputTokens + random.logNormal(900, 1.1);
    if (thread.promptTokens > CONTEXT_TOKENS) thread.promptTokens = COMPACTED_TOKENS;
    at += durationMs + Math.floor(clamp(random.logNormal(3000, 1.2), 200, 240_000));
  }
  return at;
}

const clamp = (value: number, low: number, high: number): number => Math.floor(Math.min(high, Math.max(low, value)));
