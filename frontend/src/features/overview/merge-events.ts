/** The histories of several accounts as one. Pure. */
import type { AccountView } from '@contract/accounts.ts';
import type { AccountEvent } from '@/api/accounts.ts';

type Named = Pick<AccountView, 'id' | 'name'>;

interface History {
  readonly account: Named;
  readonly events: readonly AccountEvent[];
}

interface EventOf {
  readonly account: Named;
  readonly event: AccountEvent;
}

/** The newest first; of two in the same instant the one whose id is greater, as ids grow. */
export const mergeEvents = (histories: readonly History[], limit: number): readonly EventOf[] =>
  histories
    .flatMap(({ account, events }) => events.map((event) => ({ account, event })))
    .toSorted(({ event: a }, { event: b }) => Date.parse(b.at) - Date.parse(a.at) || b.id.localeCompare(a.id))
    .slice(0, limit);
