/** Looks into a body for what tells its conversation where no header and no `metadata` does. */
import { hash } from 'node:crypto';
import { openingOf } from '../core/opening.ts';
import { holds, wordOf } from './find-word.ts';
import type { RequestBody } from './hop.ts';

export interface Opening {
  /** Tells openings apart, without holding a word of them. */
  readonly digest: string;
  /** Nobody has answered yet. */
  readonly isFirstTurn: boolean;
}

/** How much of a body is looked into for its first message: system prompt and tools may stand before it. */
const MAX_LOOKED_AT = 512 * 1024;
/** Inside a text the quotes would be escaped. */
const ANSWERED = wordOf('"assistant"', 0);
const LONG_CACHE = /"ttl"\s*:\s*"1h"/;

export function readOpening(body: RequestBody): Opening | null {
  const opening = openingOf(startOf(body).toString('latin1'));
  return opening === null ? null : { digest: hash('sha256', opening, 'base64url'), isFirstTurn: !holds(body, ANSWERED) };
}

/** Does the request ask for a prompt cache that lives an hour? */
export const asksForLongCache = (body: RequestBody): boolean => LONG_CACHE.test(startOf(body).toString('latin1'));

function startOf({ chunks }: RequestBody): Buffer {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (bytes >= MAX_LOOKED_AT) break;
    pieces.push(chunk);
    bytes += chunk.length;
  }
  const [first] = pieces;
  const start = pieces.length === 1 && first ? first : Buffer.concat(pieces);
  return start.subarray(0, MAX_LOOKED_AT);
}
