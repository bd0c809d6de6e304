/**
 * The authorization server's token endpoint: codes and refresh tokens in, tokens out (RFC 6749 sections 4.1.3, 5 and 6).
 *
 * openid-client does the protocol, without discovery. Around it: JSON bodies where the server wants them, a bounded reply, and outcomes
 * as values, since each of them means something else for the account.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  Configuration,
  type CustomFetchOptions,
  customFetch,
  None,
  refreshTokenGrant,
} from 'openid-client';
import type { DurationMs, EpochMs, Now } from '../core/time.ts';
import { boundedBody, MAX_REPLY_BYTES } from './bounded-reply.ts';
import { type Grant, readGrant } from './granted-tokens.ts';
import type { OAuthSettings } from './oauth-settings.ts';
import { faultOf, type HeardReply, type Refusal, refusalOf } from './token-refusal.ts';

export type TokenEndpointAnswer = { readonly kind: 'granted'; readonly grant: Grant } | Refusal;

export interface CodeExchange {
  readonly code: string;
  readonly state: string;
  /** RFC 7636 section 4.5. */
  readonly verifier: string;
  /** As in the authorization request (RFC 6749 section 4.1.3). */
  readonly redirectUri: string;
}

export interface TokenEndpoint {
  /** Trades an authorization code for tokens. Expected failures are values. */
  exchange(login: CodeExchange): Promise<TokenEndpointAnswer>;
  /** Spends a refresh token. Nothing can call it back: an aborted refresh could be a committed one. */
  refresh(refreshToken: string): Promise<TokenEndpointAnswer>;
  /** Tells one configuration from another: a refusal of one says nothing about the next. */
  configuration(): string;
}

export interface TokenEndpointDeps {
  /** Read anew for every call, so that a changed configuration counts at once. */
  readonly settings: () => OAuthSettings;
  readonly now: Now;
}

export function createTokenEndpoint({ settings, now }: TokenEndpointDeps): TokenEndpoint {
  return {
    exchange: ({ code, state, verifier, redirectUri }) =>
      call(settings(), now, { redirect_uri: redirectUri }, (config) =>
        authorizationCodeGrant(
          config,
          callbackUrl(redirectUri, code, state),
          { pkceCodeVerifier: verifier, expectedState: state },
          { state },
        ),
      ),
    refresh: (refreshToken) => call(settings(), now, {}, (config) => refreshTokenGrant(config, refreshToken)),
    configuration: () => {
      const { clientId, tokenUrl, tokenRequestFormat } = settings();
      return JSON.stringify([clientId, tokenUrl, tokenRequestFormat]);
    },
  };
}

function callbackUrl(redirectUri: string, code: string, state: string): URL {
  const url = new URL(redirectUri);
  url.search = new URLSearchParams({ code, state }).toString();
  return url;
}

/** Makes one call. `fixed` are body fields that must be exactly so, whatever openid-client derives. */
async function call(
  settings: OAuthSettings,
  now: Now,
  fixed: Readonly<Record<string, string>>,
  grant: (config: Configuration) => Promise<unknown>,
): Promise<TokenEndpointAnswer> {
  if (settings.clientId === undefined) return { kind: 'refused', sent: 'no', message: 'oauth.client_id is not configured' };
  const from = now();
  const heard: { reply: HeardReply | null } = { reply: null };
  try {
    await grant(configurationFor(settings, settings.clientId, (url, options) => send(url, options, { settings, fixed, heard })));
  } catch (error) {
    if (heard.reply) return refusalOf(heard.reply, now(), 'the reply is not what RFC 6749 section 5.1 asks for');
    return faultOf(error);
  }
  return granted(heard.reply, beginning(from, now(), settings.timeoutMs), now());
}

/** From when the new token's life counts: before the call, unless the clock was set meanwhile, as no call lasts so long, or ends before it began. */
const beginning = (from: EpochMs, to: EpochMs, longestMs: DurationMs): EpochMs =>
  to >= from && to - from <= longestMs ? from : to;

/** openid-client was content; what it does not check is checked here, on the bytes that came. */
function granted(reply: HeardReply | null, from: EpochMs, now: EpochMs): TokenEndpointAnswer {
  if (!reply) throw new Error('a grant without a reply');
  const grant = readGrant(JSON.parse(reply.text ?? '') as Record<string, unknown>, from);
  return typeof grant === 'string' ? refusalOf(reply, now, grant) : { kind: 'granted', grant };
}

function configurationFor(
  settings: OAuthSettings,
  clientId: string,
  fetchReply: Configuration[typeof customFetch],
): Configuration {
  const server = { issuer: new URL(settings.tokenUrl).origin, token_endpoint: settings.tokenUrl };
  const config = new Configuration(server, clientId, { token_endpoint_auth_method: 'none' }, None());
  if (fetchReply) config[customFetch] = fetchReply;
  config.timeout = settings.timeoutMs / 1000;
  if (isLoopback(settings.tokenUrl)) allowInsecureRequests(config);
  return config;
}

const isLoopback = (url: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);

interface Call {
  readonly settings: OAuthSettings;
  readonly fixed: Readonly<Record<string, string>>;
  readonly heard: { reply: HeardReply | null };
}

async function send(url: string, options: CustomFetchOptions, { settings, fixed, heard }: Call): Promise<Response> {
  const form = new URLSearchParams(options.body as URLSearchParams);
  for (const [name, value] of Object.entries(fixed)) form.set(name, value);
  const asJson = settings.tokenRequestFormat === 'json';
  const response = await fetch(url, {
    method: options.method,
    redirect: 'manual',
    headers: {
      ...options.headers,
      'content-type': asJson ? 'application/json' : 'application/x-www-form-urlencoded',
      // An idle connection that the server has just closed would leave open whether it took the token.
      connection: 'close',
    },
    body: asJson ? JSON.stringify(Object.fromEntries(form)) : form.toString(),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const bytes = await boundedBody(response, MAX_REPLY_BYTES);
  const text = bytes === null ? null : new TextDecoder().decode(bytes);
  heard.reply = { status: response.status, retryAfter: response.headers.get('retry-after') ?? undefined, text };
  return presentable(response, text);
}

/**
 * The reply as openid-client is to see it. Headgate is a plain OAuth client: an id_token is none of its business, and odd lives are
 * judged by `readGrant`, not refused.
 */
function presentable(response: Response, text: string | null): Response {
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  const mayHaveBody = response.status >= 200 && response.status !== 204 && response.status !== 205 && response.status !== 304;
  const body = response.status === 200 && text !== null ? withoutOddities(text) : text;
  return new Response(mayHaveBody ? body : null, { status: response.status, headers });
}

function withoutOddities(text: string): string {
  try {
    const { id_token: _idToken, expires_in: _expiresIn, ...rest } = JSON.parse(text) as Record<string, unknown>;
    return JSON.stringify(rest);
  } catch {
    return text;
  }
}
