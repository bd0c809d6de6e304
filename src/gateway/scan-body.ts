/**
 * Finds the model and the user id in a JSON body without parsing it. Anything odd reads as "not there": the upstream, not Headgate,
 * judges bodies. Of a repeated `model` the first counts here and the last upstream; it only decides about model families and log
 * lines, never about what a key may do.
 */
import { MemberFinder } from './find-members.ts';
import type { RequestBody } from './hop.ts';

export interface BodyClues {
  readonly model: string | null;
  /** `metadata.user_id` */
  readonly userId: string | null;
}

/** Bodies are looked into up to here (about 3 ms); the model stands at the start, `metadata` somewhere behind the messages. */
const MAX_SCANNED_BYTES = 2 * 1024 * 1024;
const MAX_VALUE_BYTES = 4096;
const MODEL_ONLY = ['model'] as const;
const MODEL_AND_METADATA = ['model', 'metadata'] as const;

/** `wantUserId`: go on behind the model until the metadata, which may cost a scan of the whole body. */
export function scanBody({ chunks }: RequestBody, wantUserId: boolean): BodyClues {
  const finder = new MemberFinder(wantUserId ? MODEL_AND_METADATA : MODEL_ONLY, MAX_VALUE_BYTES);
  let left = MAX_SCANNED_BYTES;
  for (const chunk of chunks) {
    finder.see(chunk.length > left ? chunk.subarray(0, left) : chunk);
    left -= chunk.length;
    if (finder.done || left <= 0) break;
  }
  const metadata = finder.value('metadata');
  const userId = typeof metadata === 'object' && metadata !== null && 'user_id' in metadata ? metadata.user_id : null;
  return { model: text(finder.value('model')), userId: text(userId) };
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
