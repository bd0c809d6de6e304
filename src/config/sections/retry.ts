/** `retry.*`: when another attempt is made after a fault of the upstream. Failover from a refused account is not limited by these. */
import { duration, flag, integer } from '../setting.ts';

export const retry = {
  enabled: flag(true, {
    meaning: 'Whether faults of the upstream are tried again here.',
    why: 'false leaves every repetition to the client.',
    atRunTime: true,
  }),
  max_attempts: integer(3, {
    min: 1,
    max: 10,
    meaning: 'Most attempts of one request after faults of the upstream, the first included.',
    why: 'Fewer for quick answers, more for an unreliable link.',
    atRunTime: true,
  }),
  base_delay: duration('500ms', {
    min: '0s',
    max: '1m',
    meaning: 'Bound of the random wait before the second attempt; it doubles with each one.',
    why: 'Lengthen it to spare an upstream that is down.',
    atRunTime: true,
  }),
  max_delay: duration('10s', {
    min: '0s',
    max: '5m',
    meaning: 'Longest wait between two attempts.',
    why: 'Shorten it for clients that do not wait.',
    atRunTime: true,
  }),
  max_elapsed: duration('60s', {
    min: '0s',
    max: '1h',
    meaning: 'No new attempt starts later than this after the request came.',
    why: 'Keep it below the time your clients wait.',
    atRunTime: true,
  }),
  wait_for_account: duration('5s', {
    min: '0s',
    max: '1m',
    meaning: 'How long a request waits for an account when the next one comes free within this time.',
    why: '0s answers 429 at once and leaves the waiting to the client.',
    atRunTime: true,
  }),
  ambiguous: flag(false, {
    meaning:
      'Whether a request is repeated here when a fresh connection broke after sending, so that the upstream may have begun.',
    why: 'true hides such breaks but may be paid twice; otherwise the client decides.',
    atRunTime: true,
  }),
} as const;
