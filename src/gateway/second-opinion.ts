/**
 * Second opinions between requests that run at the same time. A mark on weak evidence stays open while its request asks another account.
 * Requests that every account refuses would otherwise take the accounts away from each other, and from everybody else: each finds the
 * account that should confirm or withdraw its own mark benched by the open mark of another one.
 */
import type { Account } from '../core/account.ts';
import { provesLittle } from '../core/attempt-plan.ts';
import type { Walk } from './walk.ts';

/** Has another account just refused another request in the way of this row, with nobody knowing yet what that means? */
export const refusedAlikeElsewhere = (walk: Walk, { id }: Account, row: number): boolean =>
  walk.deps.pool.list().some((other) => other.id !== id && openRowOf(walk, other) === row);

/** Is there an account that may serve again at any moment, because its mark is still open? */
export const isBeingDecided = (walk: Walk): boolean => walk.deps.pool.list().some((account) => openRowOf(walk, account) !== null);

/** The row that set the open mark of another request by which the account is limited; null when there is none that may be withdrawn. */
function openRowOf({ deps, pending }: Walk, { status }: Account): number | null {
  if (status.state !== 'rate_limited' || status.mark === null) return null;
  if (pending.some(({ name }) => name === status.mark)) return null;
  const row = deps.verdicts.openRowOf(status.mark);
  return row !== null && provesLittle(row) ? row : null;
}
