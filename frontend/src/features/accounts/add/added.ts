/** How a login or a form has ended, and what is left to say about it. Pure. */
import type { AccountView } from '@contract/accounts.ts';

export interface Added {
  readonly result: 'created' | 'reauthorized';
  readonly account: AccountView;
}

/** Whether another account than the one to be authorized again was recognised. */
export const isOther = ({ account }: Added, wanted: Pick<AccountView, 'id'> | null): boolean =>
  wanted !== null && wanted.id !== account.id;

/**
 * The note with which the dialog closes by itself; null when there is more to see first: another account than the one that was meant, or
 * one that does not serve now.
 *
 * @param wanted the account that was to be authorized again; null when a new one was to be added
 */
export function noteFor(added: Added, wanted: Pick<AccountView, 'id'> | null): string | null {
  const { result, account } = added;
  const { name, email, status } = account;
  if (status !== 'active' || isOther(added, wanted)) return null;
  if (result === 'created')
    return `${name}${email === null || email === name ? '' : ` (${email})`} is added and serves from now on.`;
  return wanted === null
    ? `${name} was in the pool already. Its login is renewed; its history, priority and limits are as before.`
    : `${name} is authorized again and serves from now on.`;
}
