/** Who is to serve, found by looking at everybody: what the product's search, which looks at few, has to agree with. */
import { isFresh } from '../../src/core/credential.ts';
import { type Candidate, type SelectionQuery, whyNot } from '../../src/core/eligibility.ts';
import { type Policy, policies } from '../../src/core/policies.ts';
import { type Cursor, compareCreation } from '../../src/core/roster.ts';
import type { SelectionRules } from '../../src/core/select-account.ts';

/** @param candidates in the order of creation */
export function plainSearch(
  candidates: readonly Candidate[],
  query: SelectionQuery,
  cursor: Cursor | null,
  rules: SelectionRules,
): Candidate | null {
  const { score, tieBreaks }: Policy = policies[rules.policy];
  const isLate = ({ account }: Candidate) => !isFresh(account.expiresAt, query.now, rules.refreshBufferMs);
  const worth = (candidate: Candidate) => [
    Number(isLate(candidate)),
    -(score?.(candidate, query) ?? 0),
    ...tieBreaks.map((tieBreak) => tieBreak(candidate)),
  ];
  const isDue = ({ account }: Candidate) => cursor === null || compareCreation(account, cursor) > 0;
  const inTurn = [...candidates.filter(isDue), ...candidates.filter((candidate) => !isDue(candidate))];
  const eligible = inTurn.filter((candidate) => whyNot(candidate, query, rules) === null);
  return eligible.toSorted((a, b) => compareRows(worth(a), worth(b)))[0] ?? null;
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, column) => value !== b[column]);
  return at < 0 ? 0 : Number(a[at]) - Number(b[at]);
}
