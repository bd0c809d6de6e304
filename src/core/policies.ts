/** The selection policies by the name that the configuration gives them. Pure. */
import type { Candidate, SelectionQuery } from './eligibility.ts';
import { quotaPace } from './quota-pace.ts';

export interface Policy {
  /** The larger, the better; null: all are equal, and the next in turn serves. */
  readonly score: ((candidate: Candidate, query: Pick<SelectionQuery, 'family' | 'now'>) => number) | null;
  /** Of those that score alike the smaller by the first of these serves, then by the second; where all agree, the next in turn. */
  readonly tieBreaks: readonly ((candidate: Candidate) => number)[];
  /** Do scores differ by the model family of the request? */
  readonly byFamily: boolean;
}

/** Accounts that are billed per token come after all subscriptions, unless the operator put them first by a negative priority. */
const isLastResort = ({ account }: Candidate): boolean => account.kind === 'api_key' && account.priority >= 0;

const plain = { tieBreaks: [], byFamily: false } as const;

export const policies = {
  /** A true rotation over accounts in the order of creation. */
  round_robin: { ...plain, score: null },
  /** Fewest attempts in flight. */
  least_loaded: { ...plain, score: ({ inFlight }) => -inFlight },
  /** The operator's order; the next only when the former is not eligible. */
  priority: { ...plain, score: ({ account }) => -account.priority },
  /** Whose quota would otherwise expire unused. */
  quota_aware: {
    score: (candidate, { family, now }) =>
      isLastResort(candidate) ? -1 - candidate.inFlight : quotaPace(candidate.account, family, now),
    tieBreaks: [({ inFlight }) => inFlight, ({ lastUsedAt }) => lastUsedAt ?? 0],
    byFamily: true,
  },
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof policies;

export const policyNames = Object.keys(policies) as [PolicyName, ...PolicyName[]];
