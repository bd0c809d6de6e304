/** Requests and replies about signing in. */
import { z } from 'zod';
import { optionalInstantSchema } from './common.ts';

export const loginRequestSchema = z.strictObject({ api_key: z.string().min(1).max(512) });

export const sessionSchema = z.object({
  authenticated: z.boolean(),
  role: z.enum(['admin']).nullable().describe('Null for who is not signed in.'),
  expires_at: optionalInstantSchema.describe('The end of a dashboard session; null for a key, which has none of its own.'),
});
