/** Which accounts are shown, and in which order: as the address says, so that a view can be kept and shared. Pure. */
import type { AccountView } from '@contract/accounts.ts';

export const STATUSES = ['active', 'rate_limited', 'invalid', 'inactive'] as const satisfies readonly AccountView['status'][];

const SORTS = ['trouble', 'name', 'priority', 'used', 'quota'] as const;
export type Sort = (typeof SORTS)[number];

export interface AccountFilter {
  /** Words that must all occur in name, address, organization, plan or kind. */
  readonly text: string;
  readonly status: AccountView['status'] | 'all';
  readonly sort: Sort;
}

const oneOf = <T extends string>(allowed: readonly T[], value: string | null, standard: T): T =>
  allowed.find((each) => each === value) ?? standard;

export const readFilter = (params: Pick<URLSearchParams, 'get'>): AccountFilter => ({
  text: params.get('q') ?? '',
  status: oneOf(['all', ...STATUSES], params.get('status'), 'all'),
  sort: oneOf(SORTS, params.get('sort'), 'trouble'),
});

/** Only what differs from the standard view. */
export function writeFilter({ text, status, sort }: AccountFilter): URLSearchParams {
  const params = new URLSearchParams();
  if (text !== '') params.set('q', text);
  if (status !== 'all') params.set('status', status);
  if (sort !== 'trouble') params.set('sort', sort);
  return params;
}

/** What needs a person first, then what waits, then what serves, then what is switched off. */
const TROUBLE = { invalid: 0, rate_limited: 1, active: 2, inactive: 3 } satisfies Record<AccountView['status'], number>;

const byName = (a: AccountView, b: AccountView): number => a.name.localeCompare(b.name, 'en', { numeric: true });

/** The fullest window that the upstream reported; nothing where it reported none. */
const fullestWindow = ({ windows }: AccountView): number => Math.max(0, ...windows.map(({ utilization }) => utilization ?? 0));

const usedAt = ({ last_used_at }: AccountView): number => (last_used_at === null ? 0 : Date.parse(last_used_at));

const orders = {
  trouble: (a, b) => TROUBLE[a.status] - TROUBLE[b.status],
  name: byName,
  priority: (a, b) => a.priority - b.priority,
  used: (a, b) => usedAt(b) - usedAt(a),
  quota: (a, b) => fullestWindow(b) - fullestWindow(a),
} satisfies Record<Sort, (a: AccountView, b: AccountView) => number>;

const textOf = ({ name, email, organization, plan, kind }: AccountView): string =>
  [name, email, organization.name, plan, kind].join(' ').toLowerCase();

export function filterAccounts(accounts: readonly AccountView[], { text, status, sort }: AccountFilter): readonly AccountView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return accounts
    .filter((account) => (status === 'all' || account.status === status) && words.every((word) => textOf(account).includes(word)))
    .toSorted((a, b) => orders[sort](a, b) || byName(a, b));
}

export const countByStatus = (accounts: readonly AccountView[]): Readonly<Record<AccountView['status'], number>> => {
  const counts = { active: 0, rate_limited: 0, invalid: 0, inactive: 0 };
  for (const { status } of accounts) counts[status] += 1;
  return counts;
};
