/** `balancer.*`: which account a request gets. */
import { policyNames } from '../../core/policies.ts';
import { choice, duration, flag } from '../setting.ts';

export const balancer = {
  policy: choice(policyNames, 'round_robin', {
    meaning:
      "How an account is picked: round_robin takes the next usable one in turn, least_loaded the one with the fewest requests under way, priority the first in the operator's order, quota_aware the one whose quota would otherwise expire unused.",
    why: 'quota_aware gets the most out of subscriptions; priority spares some accounts for last.',
    atRunTime: true,
  }),
  affinity: choice(['conversation', 'none'], 'conversation', {
    meaning:
      'conversation keeps a conversation on the account of its last turn while that can serve; none picks anew for each request.',
    why: 'none spreads more evenly but loses the prompt cache, which lives in one account.',
    atRunTime: true,
  }),
  affinity_ttl: duration('1h', {
    min: '1s',
    max: '7d',
    meaning: 'How long after its last turn a conversation is still tied to its account.',
    why: 'The prompt cache lives an hour at most: longer gains nothing.',
    atRunTime: true,
  }),
  move_cold: flag(false, {
    meaning:
      'Whether a conversation whose prompt cache is cold may move to an account with clearly more quota left (policy quota_aware).',
    why: 'true uses quota a little better, but a conversation with thinking may not survive the move.',
    atRunTime: true,
  }),
} as const;
