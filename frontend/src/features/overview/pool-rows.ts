/** Which accounts the overview names, in which order. Pure. */
import type { AccountView } from '@contract/accounts.ts';
import type { AlertView } from '@contract/alerts.ts';

export interface Row {
  readonly account: AccountView;
  /** What is not said by the status already: a login that lapses soon. */
  readonly warning: string | null;
}

/** As many as fit on a screen; accounts in trouble are named even beyond it. */
const USUAL_ROWS = 6;

const RANK = { invalid: 0, rate_limited: 1, active: 3, inactive: 4 } satisfies Record<AccountView['status'], number>;
const WARNED_RANK = 2;

const isTrouble = ({ account: { status }, warning }: Row): boolean =>
  status === 'invalid' || status === 'rate_limited' || warning !== null;

export function rowsOf(
  accounts: readonly AccountView[],
  alerts: readonly AlertView[],
): { readonly rows: readonly Row[]; readonly hidden: number } {
  const warnings = new Map(
    alerts.flatMap(({ code, account, message }) =>
      account && code !== 'account_invalid' ? [[account.id, message] as const] : [],
    ),
  );
  const rankOf = ({ account: { status }, warning }: Row): number =>
    warning === null ? RANK[status] : Math.min(RANK[status], WARNED_RANK);
  const all = accounts
    .map((account): Row => ({ account, warning: warnings.get(account.id) ?? null }))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.account.name.localeCompare(b.account.name, 'en', { numeric: true }));
  const rows = all.filter((row, index) => index < USUAL_ROWS || isTrouble(row));
  return { rows, hidden: all.length - rows.length };
}

interface FilledWindow {
  readonly name: string;
  readonly utilization: number;
}

/** The window that will end first what the account serves; null where the upstream reported none. */
export function fullest({ windows }: Pick<AccountView, 'windows'>): FilledWindow | null {
  const known = windows.flatMap(({ name, utilization }) => (utilization === null ? [] : [{ name, utilization }]));
  return known.toSorted((a, b) => b.utilization - a.utilization)[0] ?? null;
}
