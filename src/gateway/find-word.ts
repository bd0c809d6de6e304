/** Looks for a word in a body that came in chunks. */
import type { RequestBody } from './hop.ts';

export interface Word {
  readonly whole: Buffer;
  /** Its end, from a byte on that is rare in prose and code: searched for first, which is ten times as fast as stopping at every quote. */
  readonly tail: Buffer;
}

/** @param rareFrom where in the word its rare byte stands */
export const wordOf = (text: string, rareFrom: number): Word => ({
  whole: Buffer.from(text),
  tail: Buffer.from(text.slice(rareFrom)),
});

/** Is the word in the body? The seams between chunks count, too. */
export function holds({ chunks }: RequestBody, word: Word): boolean {
  const { length } = word.whole;
  let seam: Buffer = Buffer.alloc(0);
  for (const chunk of chunks) {
    if (isIn(chunk, word) || isIn(Buffer.concat([seam, chunk.subarray(0, length)]), word)) return true;
    seam = (chunk.length >= length ? chunk : Buffer.concat([seam, chunk])).subarray(-length);
  }
  return false;
}

function isIn(chunk: Buffer, { whole, tail }: Word): boolean {
  const before = whole.length - tail.length;
  for (let at = chunk.indexOf(tail); at !== -1; at = chunk.indexOf(tail, at + 1)) {
    if (at >= before && chunk.compare(whole, 0, whole.length, at - before, at + tail.length) === 0) return true;
  }
  return false;
}
