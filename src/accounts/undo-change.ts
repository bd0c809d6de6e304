/** Takes back a change that storage refused, and nothing that has happened to the account since. Pure. */
import { type Account, type AccountStatus, healthOf } from '../core/account.ts';

const EDITED = ['name', 'priority', 'limits', 'identity'] as const;

/** `before` and `after`: the account when the change was made, and made by it. `current`: as it is now. */
interface Change {
  readonly before: Account;
  readonly after: Account;
  readonly current: Account;
}

export function undone(change: Change): Account {
  const { before, after, current } = change;
  const fields = EDITED.filter((field) => after[field] !== before[field] && current[field] === after[field]);
  return {
    ...current,
    ...Object.fromEntries(fields.map((field) => [field, before[field]])),
    status: undoneStatus(change),
    // Whoever read the account before may send the change again.
    revision: current.revision === after.revision ? before.revision : current.revision + 1,
  };
}

/** What traffic found out meanwhile stays: only whether the account is switched on is as it was. */
function undoneStatus({ before, after, current }: Change): AccountStatus {
  if (after.status === before.status) return current.status;
  if (current.status === after.status) return before.status;
  if (before.status.state === after.status.state) return current.status;
  if (before.status.state === 'inactive') return { ...before.status, resume: healthOf(current) };
  return after.status.state === 'inactive' ? healthOf(current) : current.status;
}
