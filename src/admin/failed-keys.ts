/** Slows down who guesses keys: ten wrong ones a minute from one address, wherever they are presented. */
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { AdminError } from './admin-error.ts';

const FAILURES_PER_MINUTE = 10;

export interface FailedKeys {
  /** @throws AdminError 429 when the address has had its tries for this minute */
  refuseIfMany(address: string | undefined): Promise<void>;
  /** Counts one more. @throws AdminError 429 when that is too many */
  count(address: string | undefined): Promise<void>;
}

export function createFailedKeys(): FailedKeys {
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });
  return {
    async refuseIfMany(address) {
      const spent = await failures.get(networkOf(address ?? ''));
      if (spent && spent.consumedPoints >= FAILURES_PER_MINUTE) throw tooMany(spent);
    },
    async count(address) {
      const spent = await failures.penalty(networkOf(address ?? ''));
      if (spent.consumedPoints > FAILURES_PER_MINUTE) throw tooMany(spent);
    },
  };
}

/** Whoever has one IPv6 address has the 2^64 beside it: those count as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [start = '', end] = address.replace(/%.*$/, '').split('::');
  const [left, right] = [start, end ?? ''].map((half) => half.split(':').filter((group) => group !== ''));
  const missing = 8 - (left?.length ?? 0) - (right?.length ?? 0);
  const groups = [...(left ?? []), ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(right ?? [])];
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

const tooMany = ({ msBeforeNext }: Pick<RateLimiterRes, 'msBeforeNext'>): AdminError =>
  new AdminError(429, 'rate_limit_error', 'Too many wrong keys from this address. Try again in a minute.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(msBeforeNext / 1000))) },
  });
