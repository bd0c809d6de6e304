/** Which dialog about accounts is open. Accounts are named by id, so that a dialog shows what is the case now. */

export type AccountDialog =
  /** With an id it re-authorizes that account. */
  | { readonly kind: 'add'; readonly accountId?: string }
  | { readonly kind: 'edit' | 'test' | 'prefer' | 'clear-limit' | 'remove'; readonly accountId: string };

export type OpenDialog = (dialog: AccountDialog) => void;
