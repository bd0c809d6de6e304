/** What `GET /health` tells. */
import { z } from 'zod';
import { instantSchema } from './common.ts';

export const healthSchema = z.object({
  /** Healthy: all enabled accounts, or at least two, can serve; degraded: fewer; unhealthy: none. */
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  version: z.string(),
  uptime_seconds: z.number().int(),
});

/** To an admin credential alone. */
export const healthDetailSchema = z.object({
  accounts: z.object({
    total: z.number().int(),
    active: z.number().int(),
    inactive: z.number().int(),
    rate_limited: z.number().int(),
    invalid: z.number().int(),
  }),
  /** The newest first, at most ten: requests that failed but not through their client's leaving, and refreshes. */
  last_errors: z.array(
    z.object({
      at: instantSchema,
      kind: z.enum(['request', 'refresh']),
      /** By name. */
      account: z.string().nullable(),
      request_id: z.string().nullable(),
      status: z.number().int().nullable(),
      /** The type of the error, or what was said of the refresh. */
      message: z.string(),
    }),
  ),
});
export type HealthDetail = z.infer<typeof healthDetailSchema>;
