import type { AccountView } from '@contract/accounts.ts';

/** How a login or a form has ended. */
export interface Added {
  readonly result: 'created' | 'reauthorized';
  readonly account: AccountView;
}
