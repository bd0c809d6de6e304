/** Requests and replies about signing in, and the figures of the whole instance. */
import { z } from 'zod';
import { optionalInstantSchema } from './common.ts';

export const loginRequestSchema = z.strictObject({ api_key: z.string().min(1).max(512) });

export const sessionSchema = z.object({ authenticated: z.boolean(), expires_at: optionalInstantSchema });

const totals = z.object({ requests: z.number(), errors: z.number() });
const tokens = z.object({ input: z.number(), output: z.number(), cache_read: z.number(), cache_creation: z.number() });

export const statisticsSchema = z.object({
  total_accounts: z.number(),
  active_accounts: z.number(),
  inactive_accounts: z.number(),
  rate_limited_accounts: z.number(),
  invalid_accounts: z.number(),
  accounts_needing_refresh: z.number(),
  oldest_token_age_hours: z.number().nullable(),
  system_health: z.enum(['healthy', 'degraded', 'unhealthy']),
  requests: z.object({ total: totals, last_hour: totals, in_flight: z.number() }),
  tokens: z.object({ total: tokens, last_hour: tokens }),
});
