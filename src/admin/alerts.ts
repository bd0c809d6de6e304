/** What somebody should see to now: derived from what is the case, so that nothing has to be switched off again. */
import type { AlertView } from '../contract/alerts.ts';
import type { Account } from '../core/account.ts';
import { loginEndOf } from '../core/login-life.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';
import { instant } from './present.ts';
import { REFUSALS } from './status-words.ts';

export interface AlertFacts {
  readonly accounts: readonly Account[];
  /** Since when the authorization server has refused Headgate itself; null when it does not. */
  readonly oauthRefusedSince: EpochMs | null;
  /** Since when storage has refused writes; null when it takes them. */
  readonly storageRefusesSince: EpochMs | null;
  /** Since when a change of the configuration file has waited for being put right; null when none does. */
  readonly configRefusedSince: EpochMs | null;
  readonly now: EpochMs;
}

/** So long before its end a login is announced: a weekend and some more. */
const LOGIN_NOTICE_MS: DurationMs = 5 * 86_400_000;

/** What is about no single account. */
const GENERAL = [
  {
    code: 'storage_failing',
    since: (facts: AlertFacts) => facts.storageRefusesSince,
    message:
      'Storage refuses writes: changes are kept in memory and would be lost with the process. Look at the disk of the data folder.',
  },
  {
    code: 'oauth_configuration_refused',
    since: (facts: AlertFacts) => facts.oauthRefusedSince,
    message:
      'The authorization server refuses Headgate itself, so that no token is refreshed. Check oauth.client_id and oauth.token_url.',
  },
  {
    code: 'configuration_refused',
    since: (facts: AlertFacts) => facts.configRefusedSince,
    message:
      'The configuration file has faults, so that its last change does not count. The settings and the log name them; put the file right.',
  },
] as const;

/** Accounts that are switched off raise none: nobody waits for them. */
export function alertsOf(facts: AlertFacts): readonly AlertView[] {
  const general = GENERAL.flatMap(({ code, since, message }): AlertView[] => {
    const at = since(facts);
    return at === null ? [] : [{ id: code, code, message, since: instant(at), account: null }];
  });
  return [...general, ...facts.accounts.flatMap((account) => invalid(account) ?? loginEnds(account, facts.now) ?? [])];
}

const about = ({ id, name }: Account) => ({ id, name });

function invalid(account: Account): AlertView | null {
  const { status, name } = account;
  if (status.state !== 'invalid') return null;
  const code = 'account_invalid';
  const message = `"${name}" needs a person. ${REFUSALS[status.reason]}`;
  return { id: `${code}:${account.id}`, code, message, since: instant(status.since), account: about(account) };
}

function loginEnds(account: Account, now: EpochMs): AlertView | null {
  const end = account.status.state === 'inactive' ? null : loginEndOf(account);
  if (end === null || end.at <= now || end.at - now > LOGIN_NOTICE_MS) return null;
  const code = 'login_expires_soon';
  const day = instant(end.at).slice(0, 10);
  const how = end.isEstimated ? `is likely to lapse on ${day}, four weeks after it was authorized` : `lapses on ${day}`;
  return {
    id: `${code}:${account.id}`,
    code,
    message: `The login of "${account.name}" ${how}. Authorize it again before that.`,
    since: instant(end.at - LOGIN_NOTICE_MS),
    account: about(account),
  };
}
