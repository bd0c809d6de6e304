/** What the end of an attempt says about the upstream, for its circuits. Pure. */
import type { AttemptOutcome } from './reply-facts.ts';

export interface UpstreamFaults {
  /** Could the upstream be reached? Null: nothing was learnt. */
  readonly connection: 'fine' | 'fault' | null;
  /** Did it do its work for this model family? Null: the question was not put to it. */
  readonly service: 'fine' | 'fault' | null;
}

/** 4xx, 429 and 529 are answers of an upstream that works. A poisoned request, refused alike by two accounts, is the request's fault. */
export function upstreamFaults(outcome: AttemptOutcome): UpstreamFaults {
  switch (outcome.kind) {
    case 'not_sent':
    case 'broken':
      return { connection: 'fault', service: null };
    case 'stale_socket':
      return { connection: null, service: null };
    case 'no_reply_in_time':
      return { connection: 'fine', service: 'fault' };
    case 'reply': {
      const { status, body } = outcome.reply;
      const failed = (status >= 500 && status !== 529) || body === 'missing';
      return { connection: 'fine', service: failed ? 'fault' : 'fine' };
    }
  }
}
