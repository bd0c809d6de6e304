/** Who asks? The API key of a request, from either header where clients put it. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { ApiKey } from '../api-keys/api-key.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { countOf } from '../core/header-rules.ts';
import type { Now } from '../core/time.ts';
import { disabledKey, expiredKey, forbiddenOrigin, type GatewayError, tooManyFailedKeys, unknownKey } from './errors.ts';
import { networkOf } from './network-of.ts';

export interface ClientAuthDeps {
  readonly keys: Pick<KeyRing, 'find'>;
  readonly now: Now;
  /** False on servers that ask for no key (`auth.require_client_key`). */
  readonly keyRequired: () => boolean;
  readonly onFailure: () => void;
}

export interface ClientAuth {
  /**
   * The key of the request, null where none is asked for.
   * @param address the client's, as far as trusted proxies tell it
   * @throws GatewayError 401 for a missing, unknown, expired or disabled key, 429 after too many of them, 403 for what is no local program
   */
  authenticate(req: IncomingMessage, address: string): Promise<ApiKey | null>;
  /** Would it pass? Counts nothing: for who has to know before the request is served. */
  admits(req: IncomingMessage): boolean;
}

/** An address may be wrong this often a minute. A valid key is never refused for it. */
const MAX_FAILURES = 20;
const WINDOW_SECONDS = 60;

export function createClientAuth({ keys, now, keyRequired, onFailure }: ClientAuthDeps): ClientAuth {
  const failures = new RateLimiterMemory({ points: MAX_FAILURES, duration: WINDOW_SECONDS });

  function judge(req: IncomingMessage): Verdict {
    if (!keyRequired()) return comesFromElsewhere(req.headers) ? { kind: 'elsewhere' } : { kind: 'welcome', key: null };
    const known = presentedKeys(req).flatMap((presented) => keys.find(presented) ?? []);
    const usable = known.find((key) => isUsable(key, now()));
    if (usable) return { kind: 'welcome', key: usable };
    const [key] = known;
    return { kind: 'no_valid_key', error: key ? refusalOf(key) : unknownKey() };
  }

  /** What an address is told that comes without a valid key: why, or that it has done so too often. */
  async function countFailure(address: string, error: GatewayError): Promise<GatewayError> {
    onFailure();
    return failures.consume(networkOf(address)).then(
      () => error,
      (limit: { readonly msBeforeNext?: number }) => tooManyFailedKeys(limit.msBeforeNext ?? WINDOW_SECONDS * 1000, now()),
    );
  }

  return {
    admits: (req) => judge(req).kind === 'welcome',
    async authenticate(req, address) {
      const verdict = judge(req);
      if (verdict.kind === 'welcome') return verdict.key;
      throw verdict.kind === 'elsewhere' ? forbiddenOrigin() : await countFailure(address, verdict.error);
    },
  };
}

type Verdict =
  | { readonly kind: 'welcome'; readonly key: ApiKey | null }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'no_valid_key'; readonly error: GatewayError };

const isUsable = (key: ApiKey, now: number): boolean => key.enabled && (key.expiresAt === null || key.expiresAt > now);

const refusalOf = (key: ApiKey): GatewayError =>
  key.enabled ? expiredKey(key.name, new Date(key.expiresAt ?? 0).toISOString().slice(0, 10)) : disabledKey(key.name);

/** A web page, or a proxy in front: neither may use a server that asks for no key. */
const comesFromElsewhere = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined ||
  headers['sec-fetch-site'] === 'cross-site' ||
  Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));

/** `Authorization: Bearer` and `x-api-key`; a header that is sent twice counts as not sent. */
export function presentedKeys({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): readonly string[] {
  const once = (name: 'authorization' | 'x-api-key') =>
    headers[name] !== undefined && countOf(rawHeaders, name) === 1 ? headers[name].toString() : undefined;
  const bearer = /^Bearer +(\S+) *$/i.exec(once('authorization') ?? '')?.[1];
  const plain = once('x-api-key')?.trim();
  return [bearer, plain].filter((key): key is string => key !== undefined && key !== '');
}
