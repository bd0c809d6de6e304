/** `balancer.*`: which account a request gets. */
import { choice, duration } from '../setting.ts';

export const balancer = {
  policy: choice(['round_robin'], 'round_robin', {
    meaning: 'How an account is picked: round_robin takes the next usable one in turn.',
    why: 'This version knows one policy.',
  }),
  affinity: choice(['conversation', 'none'], 'conversation', {
    meaning:
      'conversation keeps a conversation on the account of its last turn while that can serve; none picks anew for each request.',
    why: 'none spreads more evenly but loses the prompt cache, which lives in one account.',
  }),
  affinity_ttl: duration('1h', {
    min: '1s',
    max: '7d',
    meaning: 'How long after its last turn a conversation is still tied to its account.',
    why: 'The prompt cache lives an hour at most: longer gains nothing.',
  }),
} as const;
