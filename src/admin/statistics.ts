/** The instance in figures. */
import { type RequestHandler, Router } from 'express';
import type { CredentialVault } from '../accounts/credential-vault.ts';
import { statisticsSchema } from '../contract/statistics.ts';
import type { Account } from '../core/account.ts';
import { outlookOf, poolHealth } from '../core/pool-outlook.ts';
import type { EpochMs, Now } from '../core/time.ts';
import type { Totals, UsageTotals } from '../requests/usage-totals.ts';
import { onlyMethods } from './admin-error.ts';

export interface StatisticsDeps {
  readonly pool: { list(): readonly Account[] };
  readonly vault: Pick<CredentialVault, 'get'>;
  readonly totals: Pick<UsageTotals, 'total' | 'lastHour'>;
  readonly inFlight: () => number;
  readonly now: Now;
}

const HOUR_MS = 3_600_000;

export function createStatisticsRoute(deps: StatisticsDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/admin/statistics', show(deps)).all('/admin/statistics', onlyMethods('GET'));
  return router;
}

const show =
  ({ pool, vault, totals, inFlight, now }: StatisticsDeps): RequestHandler =>
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
      requests: { total: requestsOf(total), last_hour: requestsOf(lastHour), in_flight: inFlight() },
      tokens: { total: tokensOf(total), last_hour: tokensOf(lastHour) },
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

const requestsOf = ({ requests, errors }: Totals) => ({ requests, errors });

const tokensOf = ({ inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens }: Totals) => ({
  input: inputTokens,
  output: outputTokens,
  cache_read: cacheReadTokens,
  cache_creation: cacheCreationTokens,
});
