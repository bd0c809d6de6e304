/** Checks what a token endpoint answered (RFC 6749 section 5.1) before anything of it is believed. */
import { z } from 'zod';
import type { DurationMs, EpochMs } from '../core/time.ts';
import type { Grant } from './grant.ts';

const HOUR_S = 3600;
const SHORTEST_S = 60;
const LONGEST_S = 30 * 24 * HOUR_S;

/** Printable ASCII without spaces, as a header can carry it; longer ones are no tokens. */
const token = z.string().regex(/^[\x21-\x7e]{1,16384}$/);
const seconds = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).nullish().catch(null);
const word = z.string().max(500).nullish().catch(null);

const replySchema = z.object({
  access_token: token,
  refresh_token: token.nullish(),
  expires_in: seconds,
  refresh_token_expires_in: seconds,
  scope: word,
  account: z.object({ uuid: word, email_address: word, email: word }).nullish().catch(null),
  organization: z.object({ uuid: word, name: word, organization_type: word }).nullish().catch(null),
});

/** Without a lifetime an access token is taken to live for an hour; odd ones are brought into 1 min … 30 days. */
function lifetimeMs(expiresIn: number | null | undefined): DurationMs {
  const lifetime = typeof expiresIn === 'number' && Number.isFinite(expiresIn) ? expiresIn : HOUR_S;
  return Math.min(Math.max(lifetime, SHORTEST_S), LONGEST_S) * 1000;
}

/** The grant, or null when the reply holds no usable token. */
export function readGrant(reply: unknown, now: EpochMs): Grant | null {
  const parsed = replySchema.safeParse(reply);
  if (!parsed.success) return null;
  const { access_token, refresh_token, expires_in, refresh_token_expires_in, scope, account, organization } = parsed.data;
  return {
    accessToken: access_token,
    refreshToken: refresh_token ?? null,
    expiresAt: now + lifetimeMs(expires_in),
    loginExpiresAt: refresh_token_expires_in && refresh_token_expires_in > 0 ? now + refresh_token_expires_in * 1000 : null,
    scopes: (scope ?? '').split(' ').filter((part) => part !== ''),
    identity: {
      accountUuid: account?.uuid ?? null,
      email: account?.email_address ?? account?.email ?? null,
      organizationUuid: organization?.uuid ?? null,
      organizationName: organization?.name ?? null,
      plan: organization?.organization_type ?? null,
    },
  };
}
