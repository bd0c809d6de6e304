/** Where the simulator's identifiers and secrets come from: the system, or a seed, so that a run can be repeated. */
import { createHash, randomBytes } from 'node:crypto';

export interface Randomness {
  bytes(count: number): Buffer;
  /** A version 4 UUID (RFC 9562 section 5.4). */
  uuid(): string;
  /** A made-up secret whose beginning says what it is. */
  secret(kind: string): string;
  /** From 0 up to 1. */
  chance(): number;
}

const SECRET_BYTES = 24;
const DIGEST_BYTES = 32;

/** With a seed every call yields what it yielded in the last run, in the order of the calls. Not for real secrets. */
export function createRandomness(seed?: string): Randomness {
  const bytes = seed === undefined ? randomBytes : seeded(seed);
  return {
    bytes,
    uuid() {
      const digits = bytes(16).toString('hex');
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
    },
    secret: (kind) => `sim-${kind}-${bytes(SECRET_BYTES).toString('base64url')}`,
    chance: () => bytes(4).readUInt32BE() / 2 ** 32,
  };
}

function seeded(seed: string): (count: number) => Buffer {
  let block = 0;
  return (count) => {
    const blocks: Buffer[] = [];
    for (let made = 0; made < count; made += DIGEST_BYTES) {
      block += 1;
      blocks.push(createHash('sha256').update(`${seed}:${block}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, count);
  };
}
