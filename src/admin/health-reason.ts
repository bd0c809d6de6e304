/** Why the pool counts as healthy, degraded or unhealthy, in one sentence. */
import type { Account } from '../core/account.ts';
import type { PoolOutlook } from '../core/pool-outlook.ts';
import type { EpochMs } from '../core/time.ts';

/** Accounts that are named; of more only the number is told. */
const MAX_NAMED = 3;

export function healthReason(accounts: readonly Account[], { total, byState, available }: PoolOutlook, now: EpochMs): string {
  const inUse = total - byState.inactive;
  if (total === 0) return 'There is no account yet.';
  if (inUse === 0) return total === 1 ? 'The only account is switched off.' : `All ${total} accounts are switched off.`;
  if (available === inUse) return inUse === 1 ? 'The only account in use can serve.' : `All ${inUse} accounts in use can serve.`;
  const who = available >= 2 ? `${available} of ${inUse}` : available === 1 ? `Only 1 of ${inUse}` : `None of ${inUse}`;
  const noun = inUse === 1 ? 'account' : 'accounts';
  return `${inUse === 1 ? 'The only' : who} ${noun} in use ${inUse === 1 ? 'cannot' : 'can'} serve; ${listOf(accounts, now)}.`;
}

function listOf(accounts: readonly Account[], now: EpochMs): string {
  const absent = accounts.flatMap((account) => whyAbsent(account, now) ?? []);
  const more = absent.length - MAX_NAMED;
  return [...absent.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** An account in use that cannot serve now. */
export interface AbsentAccount {
  readonly account: { readonly id: string; readonly name: string };
  /** When it comes back by itself; null when that takes a person. */
  readonly until: EpochMs | null;
}

/** More would be a list of accounts, which there is elsewhere. */
const MAX_ABSENT = 10;

/** Those that need a person first, then by who comes back first. */
export function absentAccounts(accounts: readonly Account[], now: EpochMs): readonly AbsentAccount[] {
  const absent = accounts.flatMap(({ id, name, status }): AbsentAccount[] => {
    if (status.state === 'invalid') return [{ account: { id, name }, until: null }];
    return status.state === 'rate_limited' && status.until > now ? [{ account: { id, name }, until: status.until }] : [];
  });
  return absent.toSorted((a, b) => (a.until ?? 0) - (b.until ?? 0)).slice(0, MAX_ABSENT);
}

function whyAbsent({ name, status }: Account, now: EpochMs): string | null {
  if (status.state === 'invalid') return `"${name}" needs a person`;
  return status.state === 'rate_limited' && status.until > now ? `"${name}" is limited until ${clock(status.until, now)}` : null;
}

/** `14:05 UTC`, with the day when it is another one. */
function clock(at: EpochMs, now: EpochMs): string {
  const [day, time] = [new Date(at).toISOString().slice(0, 10), new Date(at).toISOString().slice(11, 16)];
  return day === new Date(now).toISOString().slice(0, 10) ? `${time} UTC` : `${day} ${time} UTC`;
}
