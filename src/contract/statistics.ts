/** The figures of the whole instance. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const requests = z.object({ requests: count, errors: count });
const tokens = z.object({ input: count, output: count, cache_read: count, cache_creation: count });

export const statisticsSchema = z.object({
  total_accounts: count,
  active_accounts: count,
  inactive_accounts: count,
  rate_limited_accounts: count,
  invalid_accounts: count,
  /** Accounts of kind `oauth` in use whose access token ends within the hour. */
  accounts_needing_refresh: count,
  /** Of the access tokens that Headgate refreshes; null when there is none. */
  oldest_token_age_hours: z.number().nonnegative().nullable(),
  system_health: z.enum(['healthy', 'degraded', 'unhealthy']),
  /** Since the start of the process, and over its last hour. */
  requests: z.object({ total: requests, last_hour: requests, in_flight: count }),
  tokens: z.object({ total: tokens, last_hour: tokens }),
});
