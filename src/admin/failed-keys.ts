/** Slows down who guesses keys: ten wrong ones a minute from one address, wherever they are presented. */
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../gateway/network-of.ts';
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

const tooMany = ({ msBeforeNext }: Pick<RateLimiterRes, 'msBeforeNext'>): AdminError =>
  new AdminError(429, 'rate_limit_error', 'Too many wrong keys from this address. Try again in a minute.', {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(msBeforeNext / 1000))) },
  });
