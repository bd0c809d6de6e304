/** Which accounts the overview names, in which order. Pure. */
import type { AccountView } from '@contract/accounts.ts';
import type { AlertView } from '@contract/alerts.ts';

export interface Row {
  readonly account: AccountView;
  /** What is not said by the status already. */
  readonly warning: Warning | null;
}

export type Warning =
  /** Worded by the page, in the viewer's zone. */
  | { readonly kind: 'login_ends'; readonly at: string; readonly isEstimate: boolean }
  | { readonly kind: 'other'; readonly message: string };

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
  const alertOf = new Map(
    alerts.flatMap((alert) => (alert.account && alert.code !== 'account_invalid' ? [[alert.account.id, alert] as const] : [])),
  );
  const rankOf = ({ account: { status }, warning }: Row): number =>
    warning === null ? RANK[status] : Math.min(RANK[status], WARNED_RANK);
  const all = accounts
    .map((account): Row => ({ account, warning: warningOf(account, alertOf.get(account.id)) }))
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.account.name.localeCompare(b.account.name, 'en', { numeric: true }));
  const rows = all.filter((row, index) => index < USUAL_ROWS || isTrouble(row));
  return { rows, hidden: all.length - rows.length };
}

function warningOf(account: AccountView, alert: AlertView | undefined): Warning | null {
  if (alert === undefined) return null;
  const { login_expires_at: at, login_expires_estimated: isEstimate } = account;
  return alert.code === 'login_expires_soon' && at !== null
    ? { kind: 'login_ends', at, isEstimate }
    : { kind: 'other', message: alert.message };
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
