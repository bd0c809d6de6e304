/** The figures of the whole instance. */
import { z } from 'zod';
import { alertSchema } from './alerts.ts';
import { instantSchema, namedSchema, optionalInstantSchema } from './common.ts';

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
  /** What `system_health` is derived from, in plain words. */
  health_reason: z.string(),
  /** The account that comes back first by itself; null when none of those that wait does. */
  next_recovery: z.object({ account: namedSchema, at: instantSchema }).nullable(),
  /** The next run of the job that refreshes tokens; null while no jobs run. */
  next_refresh_at: optionalInstantSchema,
  alerts: z.array(alertSchema),
  /** Streamed replies that are being relayed. */
  active_streams: count,
  /** Since the start of the process, and over its last hour. */
  requests: z.object({ total: requests, last_hour: requests, in_flight: count }),
  tokens: z.object({ total: tokens, last_hour: tokens }),
  /** Sixty minutes, the running one included, oldest first; `at` is the beginning of the minute. */
  last_hour_by_minute: z.array(
    z.object({ at: instantSchema, requests: count, errors: count, input_tokens: count, output_tokens: count }),
  ),
  generated_at: instantSchema,
  version: z.string(),
  uptime_seconds: z.number().nonnegative(),
});
