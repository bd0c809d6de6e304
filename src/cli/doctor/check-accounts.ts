/** The accounts of the pool, and what the instance itself complains about. */
import type { AccountView } from '../../contract/accounts.ts';
import type { AlertView } from '../../contract/alerts.ts';
import type { DurationMs, EpochMs } from '../../core/time.ts';
import { about, type Finding } from './finding.ts';

export interface AccountsContext {
  readonly clientId: string | undefined;
  readonly now: EpochMs;
}

/** So long before its end a login is worth a word. */
const LOGIN_NOTICE_MS: DurationMs = 5 * 86_400_000;

export function checkAccounts(accounts: readonly AccountView[], context: AccountsContext): readonly Finding[] {
  const pool = about('accounts');
  if (accounts.length === 0) return [pool.problem('There is no account yet.', 'headgate accounts add --name work')];
  const serving = accounts.filter(({ status }) => status === 'active').length;
  const summary = `${serving} of ${accounts.length} can serve`;
  return [
    serving > 0
      ? pool.ok(`${summary}.`)
      : pool.problem(`${summary}: requests are refused.`, 'See to the accounts below, or add one.'),
    ...(context.clientId === undefined && accounts.some(({ kind }) => kind === 'oauth')
      ? [pool.problem('oauth.client_id is not set, so that no token can be refreshed.', 'Set it in config.yaml.')]
      : []),
    ...accounts.flatMap((account) => [...checkStatus(account), ...checkLogin(account, context.now)]),
  ];
}

function checkStatus(account: AccountView): readonly Finding[] {
  const { name, status, status_reason: reason, rate_limited_until: until, last_refresh_error: refreshError } = account;
  const { ok, note, warning, problem } = about(`account "${name}"`);
  switch (status) {
    case 'invalid':
      return [problem(reason ?? 'It needs a person.', mend(account))];
    case 'inactive':
      return [note('It is switched off.', `headgate accounts enable ${quoted(name)}`)];
    case 'rate_limited':
      return [note(`Its quota is used up${until === null ? '' : ` until ${until}`}.`)];
    case 'active':
      return refreshError === null
        ? [ok('It serves.')]
        : [
            warning(
              `It serves, but its last refresh failed at ${refreshError.at}: ${refreshError.message}`,
              `headgate accounts refresh ${quoted(name)}`,
            ),
          ];
  }
}

function checkLogin(account: AccountView, now: EpochMs): readonly Finding[] {
  const { name, status, login_expires_at: end, login_expires_estimated: isEstimated } = account;
  if (end === null || status === 'invalid' || status === 'inactive') return [];
  const leftMs = Date.parse(end) - now;
  if (leftMs > LOGIN_NOTICE_MS) return [];
  const { warning } = about(`account "${name}"`);
  const lapses = leftMs <= 0 ? 'should have lapsed' : 'lapses';
  return [warning(`Its login ${lapses} on ${end.slice(0, 10)}${isEstimated ? ' (estimated)' : ''}.`, mend(account))];
}

/** What a person does to give an account a good credential. */
function mend({ name, kind }: AccountView): string {
  if (kind === 'oauth') return `Authorize it again: headgate accounts add --name ${quoted(name)}`;
  return kind === 'api_key'
    ? 'Give it a new API key in the dashboard, or remove it and add it again.'
    : 'Give it a new token in the dashboard, or remove it and add it again.';
}

const quoted = (name: string): string => (/^[\w.@-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

/** What is about no single account; those speak for themselves. The message of an alert names its remedy. */
export const checkAlerts = (alerts: readonly AlertView[]): readonly Finding[] =>
  alerts
    .filter(({ account }) => account === null)
    .map(({ code, message }) => ({ about: ABOUT[code] ?? 'server', verdict: 'problem', message, remedy: null }));

const ABOUT: Readonly<Partial<Record<AlertView['code'], string>>> = {
  storage_failing: 'disk',
  oauth_configuration_refused: 'token endpoint',
  configuration_refused: 'configuration',
};
