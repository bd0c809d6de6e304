/** Accounts and credentials that come from elsewhere: nobody knows whether a newer generation exists, so each is proved before it serves. */
import { type Account, type Health, healthOf, type Invalid } from './account.ts';
import type { Credential } from './credential.ts';
import type { EpochMs } from './time.ts';

/** Waits for its proof. What was invalid before stays so for its own reason, and a pause stays a pause. */
export function asRestored(account: Account, at: EpochMs): Account {
  const health = healthOf(account);
  if (health.state === 'invalid') return account;
  const waiting: Invalid & Health = { state: 'invalid', reason: 'restored', since: at };
  return { ...account, status: account.status.state === 'inactive' ? { ...account.status, resume: waiting } : waiting };
}

/** Its refresh token may have been spent since: it is worth one try. */
export const asUnverified = (credential: Credential): Credential => ({ ...credential, trust: 'unverified', intent: null });

/** Does this account wait for the proof that comes after a restore? Not while it is switched off. */
export const awaitsProof = ({ status }: Account): boolean => status.state === 'invalid' && status.reason === 'restored';
