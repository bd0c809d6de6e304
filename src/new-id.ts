/** Names for things: a prefix that says what it is, and 96 random bits. */
import { randomFillSync } from 'node:crypto';

const ID_BYTES = 12;
/** Random bytes are drawn for many names at once: every request has a name, and each draw is a call to the system's library. */
const pool = Buffer.allocUnsafeSlow(ID_BYTES * 256);
let used = pool.length;

export function newId(prefix: string): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return `${prefix}_${pool.toString('base64url', used - ID_BYTES, used)}`;
}
