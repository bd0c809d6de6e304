/** Who asks? The API key of a request, from either header where clients put it. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { ApiKey } from '../api-keys/api-key.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { countOf } from '../core/header-rules.ts';
import type { Now } from '../core/time.ts';
import { disabledKey, expiredKey, forbiddenOrigin, type GatewayError, tooManyFailedKeys, unknownKey } from './errors.ts';

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
}

/** An address may be wrong this often a minute. A valid key is never refused for it. */
const FAILURES_PER_MINUTE = 20;

export function createClientAuth({ keys, now, keyRequired, onFailure }: ClientAuthDeps): ClientAuth {
  const failures = new RateLimiterMemory({ points: FAILURES_PER_MINUTE, duration: 60 });

  async function refuse(address: string, error: GatewayError): Promise<never> {
    onFailure();
    const throttled = await failures.consume(address).then(
      () => null,
      (limit: { readonly msBeforeNext?: number }) => tooManyFailedKeys(limit.msBeforeNext ?? 60_000),
    );
    throw throttled ?? error;
  }

  return {
    async authenticate(req, address) {
      const { headers } = req;
      if (!keyRequired()) {
        if (comesFromElsewhere(headers)) throw forbiddenOrigin();
        return null;
      }
      const known = presentedKeys(req).flatMap((presented) => keys.find(presented) ?? []);
      const usable = known.find((key) => isUsable(key, now()));
      if (usable) return usable;
      const [key] = known;
      return refuse(address, key ? refusalOf(key) : unknownKey());
    },
  };
}

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
  const once = (name: string) => (countOf(rawHeaders, name) === 1 ? headers[name]?.toString() : undefined);
  const bearer = /^Bearer +(\S+) *$/i.exec(once('authorization') ?? '')?.[1];
  const plain = once('x-api-key')?.trim();
  return [bearer, plain].filter((key): key is string => key !== undefined && key !== '');
}
