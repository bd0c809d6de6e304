/** Reads recorded requests: one JSON object a line, in any order. docs/balance.md shows the members. */
import { parseInstant } from '../core/instant.ts';
import type { EpochMs } from '../core/time.ts';
import type { Trace, TraceRequest } from './trace.ts';

/** More would not be replayed within minutes. */
const MAX_REQUESTS = 1_000_000;

export type TraceReading =
  | { readonly kind: 'trace'; readonly trace: Trace }
  | { readonly kind: 'fault'; readonly message: string };

/** A fault names the first line that is wrong and what it should have been. */
export function readTrace(text: string): TraceReading {
  const requests: TraceRequest[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const request = readRequest(line);
    if (typeof request === 'string') return { kind: 'fault', message: `line ${index + 1}: ${request}` };
    if (requests.push(request) > MAX_REQUESTS) return { kind: 'fault', message: `more than ${MAX_REQUESTS} requests` };
  }
  const sorted = requests.toSorted((a, b) => a.at - b.at);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return { kind: 'fault', message: 'there is no request in it' };
  if (last.at === first.at) return { kind: 'fault', message: 'all requests have the same instant' };
  return { kind: 'trace', trace: { startsAt: first.at, endsAt: last.at + 1, requests: sorted } };
}

/** The request, or in words what is wrong with it. */
function readRequest(line: string): TraceRequest | string {
  const fields = parseObject(line);
  if (!fields) return 'is no JSON object';
  const at = instantOf(fields['at']);
  if (at === null) return '"at" must be an instant: an RFC 3339 text or milliseconds since 1970';
  const { model, prompt_tokens: promptTokens, output_tokens: outputTokens, duration_ms: durationMs = 0 } = fields;
  if (typeof model !== 'string' || model === '') return '"model" must be a text';
  if (!isCount(promptTokens)) return '"prompt_tokens" must be a number, cached tokens included';
  if (!isCount(outputTokens)) return '"output_tokens" must be a number';
  if (!isCount(durationMs)) return '"duration_ms" must be a number of milliseconds, or missing';
  const { conversation = null, turn = null } = fields;
  if (!isName(conversation)) return '"conversation" must be a text, null or missing';
  if (!isName(turn)) return '"turn" must be a text, null or missing';
  return { at, durationMs, conversation, turn, model, promptTokens, outputTokens };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function instantOf(value: unknown): EpochMs | null {
  if (typeof value === 'number') return isCount(value) ? value : null;
  return typeof value === 'string' ? parseInstant(value) : null;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isName = (value: unknown): value is string | null => value === null || typeof value === 'string';
