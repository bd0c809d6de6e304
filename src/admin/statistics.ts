/** The instance in figures. */
import { type RequestHandler, Router } from 'express';
import type { CredentialVault } from '../accounts/credential-vault.ts';
import type { AlertView } from '../contract/alerts.ts';
import { statisticsSchema } from '../contract/statistics.ts';
import type { Account } from '../core/account.ts';
import { outlookOf, poolHealth } from '../core/pool-outlook.ts';
import type { EpochMs, Now } from '../core/time.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Totals, UsageTotals } from '../requests/usage-totals.ts';
import { VERSION } from '../version.ts';
import { onlyMethods } from './admin-error.ts';
import { absentAccounts, healthReason } from './health-reason.ts';
import { instant, optionalInstant } from './present.ts';

export interface StatisticsDeps {
  readonly pool: { list(): readonly Account[] };
  readonly vault: Pick<CredentialVault, 'get'>;
  readonly totals: Pick<UsageTotals, 'total' | 'lastHour' | 'byMinute'>;
  readonly traffic: Pick<Gateway, 'inFlight' | 'activeStreams'>;
  readonly alerts: () => readonly AlertView[];
  /** The next run of the job that refreshes tokens; null when none is due. */
  readonly nextRefreshAt: () => EpochMs | null;
  readonly startedAt: EpochMs;
  readonly now: Now;
}

const HOUR_MS = 3_600_000;

export function createStatisticsRoute(deps: StatisticsDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/admin/statistics', show(deps)).all('/admin/statistics', onlyMethods('GET'));
  return router;
}

const show =
  ({ pool, vault, totals, traffic, alerts, nextRefreshAt, startedAt, now }: StatisticsDeps): RequestHandler =>
  (_req, res) => {
    const at = now();
    const accounts = pool.list();
    const outlook = outlookOf(accounts, at);
    const { byState } = outlook;
    const total = totals.total();
    const lastHour = totals.lastHour();
    const statistics = {
      total_accounts: accounts.length,
      active_accounts: byState.active,
      inactive_accounts: byState.inactive,
      rate_limited_accounts: byState.rate_limited,
      invalid_accounts: byState.invalid,
      accounts_needing_refresh: accounts.filter((account) => needsRefresh(account, at)).length,
      oldest_token_age_hours: oldestTokenHours(accounts, vault, at),
      system_health: poolHealth(outlook),
      health_reason: healthReason(accounts, outlook, at),
      absent_accounts: absentAccounts(accounts, at).map(({ account, until }) => ({ account, until: optionalInstant(until) })),
      next_recovery: nextRecovery(accounts, at),
      next_refresh_at: optionalInstant(nextRefreshAt()),
      alerts: alerts(),
      active_streams: traffic.activeStreams(),
      requests: { total: requestsOf(total), last_hour: requestsOf(lastHour), in_flight: traffic.inFlight() },
      tokens: { total: tokensOf(total), last_hour: tokensOf(lastHour) },
      last_hour_by_minute: totals.byMinute().map(minuteOf),
      generated_at: instant(at),
      version: VERSION,
      uptime_seconds: Math.max(0, Math.floor((at - startedAt) / 1000)),
    };
    res.json(statisticsSchema.parse(statistics));
  };

/** In use, and its token ends before the next hourly run of the refresh job. */
const needsRefresh = ({ kind, status, expiresAt }: Account, now: EpochMs): boolean =>
  kind === 'oauth' &&
  (status.state === 'active' || status.state === 'rate_limited') &&
  expiresAt !== null &&
  expiresAt < now + HOUR_MS;

/** Of the tokens that are refreshed: how long ago the oldest was obtained, in hours with two decimals. */
function oldestTokenHours(accounts: readonly Account[], vault: StatisticsDeps['vault'], now: EpochMs): number | null {
  const ages = accounts.flatMap(({ id, kind }) => {
    const obtainedAt = kind === 'oauth' ? vault.get(id)?.obtainedAt : undefined;
    return obtainedAt === undefined ? [] : [now - obtainedAt];
  });
  return ages.length === 0 ? null : Math.round((Math.max(0, ...ages) / HOUR_MS) * 100) / 100;
}

/** Of the accounts that wait for an instant, the one whose instant comes first. */
function nextRecovery(accounts: readonly Account[], now: EpochMs) {
  const waiting = accounts.flatMap(({ id, name, status }) =>
    status.state === 'rate_limited' && status.until > now ? [{ account: { id, name }, until: status.until }] : [],
  );
  const [first] = waiting.toSorted((a, b) => a.until - b.until);
  return first ? { account: first.account, at: instant(first.until) } : null;
}

const minuteOf = ({ at, totals }: { readonly at: EpochMs; readonly totals: Totals }) => ({
  at: instant(at),
  requests: totals.requests,
  errors: totals.errors,
  input_tokens: totals.inputTokens,
  output_tokens: totals.outputTokens,
});

const requestsOf = ({ requests, errors }: Totals) => ({ requests, errors });

const tokensOf = ({ inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens }: Totals) => ({
  input: inputTokens,
  output: outputTokens,
  cache_read: cacheReadTokens,
  cache_creation: cacheCreationTokens,
});
