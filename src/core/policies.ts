/** The selection policies by the name that the configuration gives them. Pure. */
import type { Candidate, SelectionQuery } from './eligibility.ts';
import { quotaPace } from './quota-pace.ts';

export interface Policy {
  /** The larger, the better; null: all are equal, and the next in turn serves. */
  readonly score: ((candidate: Candidate, query: SelectionQuery) => number) | null;
  /** Below 0: `a` serves before `b` although both score alike. Without it, and at 0, it is the next in turn. */
  readonly tieBreak?: (a: Candidate, b: Candidate) => number;
}

/** Accounts that are billed per token come after all subscriptions, unless the operator put them first by a negative priority. */
const isLastResort = ({ account }: Candidate): boolean => account.kind === 'api_key' && account.priority >= 0;

export const policies = {
  /** A true rotation over accounts in the order of creation. */
  round_robin: { score: null },
  /** Fewest attempts in flight. */
  least_loaded: { score: ({ inFlight }) => -inFlight },
  /** The operator's order; the next only when the former is not eligible. */
  priority: { score: ({ account }) => -account.priority },
  /** Whose quota would otherwise expire unused. */
  quota_aware: {
    score: (candidate, { family, now }) =>
      isLastResort(candidate) ? -1 - candidate.inFlight : quotaPace(candidate.account, family, now),
    tieBreak: (a, b) => a.inFlight - b.inFlight || (a.lastUsedAt ?? 0) - (b.lastUsedAt ?? 0),
  },
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;

export const policyNames = Object.keys(policies) as [PolicyName, ...PolicyName[]];
