/** Reads a token endpoint's successful reply: tokens that may be put into a header, ends within reason, and whose account it is. */
import { type Identity, nobody } from '../core/account.ts';
import type { GrantedTokens } from '../core/refresh-journal.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';

/** A grant, and what the server said about who gave it. */
export interface Grant extends GrantedTokens {
  readonly identity: Identity;
}

/** RFC 6749 section 5.1 only recommends `expires_in`. */
const DEFAULT_LIFE_MS: DurationMs = 3_600_000;
const MIN_LIFE_MS: DurationMs = 60_000;
const MAX_LIFE_MS: DurationMs = 30 * 86_400_000;
const MAX_LOGIN_LIFE_MS: DurationMs = 5 * 365 * 86_400_000;

type Fields = Readonly<Record<string, unknown>>;

/** Visible ASCII without spaces: what a header value can carry unharmed (RFC 6750 section 2.1). */
const isToken = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** Text fit to be shown and stored, or null. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll(/\p{C}/gu, '').trim().slice(0, 200);
  return text === '' ? null : text;
}

/** Seconds as number or digits; null for anything else, absence included. */
function secondsOf(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : null;
}

/** Never so short that refreshing becomes a loop, never so long that a wrong number is believed for ever. */
function lifeMs(expiresIn: unknown): DurationMs {
  const seconds = secondsOf(expiresIn);
  return seconds === null ? DEFAULT_LIFE_MS : Math.min(MAX_LIFE_MS, Math.max(MIN_LIFE_MS, seconds * 1000));
}

function loginEnd(expiresIn: unknown, from: EpochMs): EpochMs | null {
  const seconds = secondsOf(expiresIn);
  return seconds === null || seconds <= 0 ? null : from + Math.min(MAX_LOGIN_LIFE_MS, seconds * 1000);
}

function identityOf(reply: Fields): Identity {
  const account = fieldsOf(reply['account']);
  const organization = fieldsOf(reply['organization']);
  return {
    ...nobody,
    accountUuid: textOf(account['uuid']),
    email: textOf(account['email_address']),
    organizationUuid: textOf(organization['uuid']),
    organizationName: textOf(organization['name']),
  };
}

/**
 * The grant in `reply`, or in plain words why it is none. `from` is the instant before the request was sent: lives are counted from
 * there, so that a slow answer never makes a token look longer-lived than it is.
 */
export function readGrant(reply: Fields, from: EpochMs): Grant | string {
  const { access_token: secret, refresh_token: refreshToken, token_type: type, scope } = reply;
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return 'its token_type is not Bearer';
  if (!isToken(secret)) return 'its access_token is empty or holds characters that no header can carry';
  if (refreshToken !== undefined && !isToken(refreshToken))
    return 'its refresh_token is empty or holds characters that no token has';
  return {
    secret,
    refreshToken: refreshToken ?? null,
    expiresAt: from + lifeMs(reply['expires_in']),
    loginExpiresAt: loginEnd(reply['refresh_token_expires_in'], from),
    scopes: typeof scope === 'string' ? scope.split(' ').filter((name) => name !== '') : null,
    identity: identityOf(reply),
  };
}
