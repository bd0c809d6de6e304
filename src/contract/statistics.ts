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
  accounts_needing_refresh: count.describe('Accounts of kind `oauth` in use whose access token ends within the hour.'),
  oldest_token_age_hours: z
    .number()
    .nonnegative()
    .nullable()
    .describe('Of the access tokens that Headgate refreshes; null when there is none.'),
  system_health: z.enum(['healthy', 'degraded', 'unhealthy']),
  health_reason: z.string().describe('What `system_health` is derived from, in plain words; instants in it are in UTC.'),
  absent_accounts: z
    .array(z.object({ account: namedSchema, until: optionalInstantSchema }))
    .describe(
      'The accounts in use that cannot serve now, for who words the reason otherwise: those that need a person first (`until` is null), then by who comes back first. Ten at most; the counts are of all.',
    ),
  next_recovery: z
    .object({ account: namedSchema, at: instantSchema })
    .nullable()
    .describe('The account that comes back first by itself; null when none of those that wait does.'),
  next_refresh_at: optionalInstantSchema.describe('The next run of the job that refreshes tokens; null while no jobs run.'),
  alerts: z.array(alertSchema),
  active_streams: count.describe('Streamed replies that are being relayed.'),
  requests: z
    .object({ total: requests, last_hour: requests, in_flight: count })
    .describe('Since the start of the process, and over its last hour.'),
  tokens: z.object({ total: tokens, last_hour: tokens }),
  last_hour_by_minute: z
    .array(z.object({ at: instantSchema, requests: count, errors: count, input_tokens: count, output_tokens: count }))
    .describe('Sixty minutes, the running one included, oldest first; `at` is the beginning of the minute.'),
  generated_at: instantSchema,
  version: z.string(),
  uptime_seconds: z.number().nonnegative(),
});
