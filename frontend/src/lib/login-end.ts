/** Whether a login is about to lapse: then a person has to approve again, and better before than after. Pure. */
import type { AccountView } from '@contract/accounts.ts';

/** As long before the end as the server's own alert. */
const NOTICE_MS = 5 * 86_400_000;

export const isLoginEnding = (
  { login_expires_at, status }: Pick<AccountView, 'login_expires_at' | 'status'>,
  now: number,
): boolean => login_expires_at !== null && status !== 'inactive' && Date.parse(login_expires_at) - now < NOTICE_MS;
