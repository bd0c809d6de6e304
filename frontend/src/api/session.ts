/** Who is signed in, and the ways in and out. */

import { loginRequestSchema, sessionSchema } from '@contract/session.ts';
import { queryOptions } from '@tanstack/react-query';
import { api, type Parsed } from '@/lib/api-client.ts';

export type SessionView = Parsed<typeof sessionSchema>;

export const NOBODY: SessionView = { authenticated: false, role: null, expires_at: null };

export const sessionQuery = () =>
  queryOptions({
    queryKey: ['session'],
    queryFn: ({ signal }) => api.get('/auth/session', sessionSchema, { signal }),
    staleTime: 60_000,
  });

/** @throws ApiError 401 for a wrong key, 429 after too many */
export const signIn = (key: string): Promise<SessionView> =>
  api.send('POST', '/auth/login', sessionSchema, { body: loginRequestSchema.parse({ api_key: key }) });

export const signOut = (): Promise<void> => api.command('POST', '/auth/logout');
