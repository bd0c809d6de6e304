/**
 * Adding an account by its owner's approval: authorization code with PKCE (RFC 6749 section 4.1, RFC 7636).
 *
 * `begin` hands out the address where the owner approves; `finish` trades what comes back for tokens. Verifier and state stay here.
 * A login is used up only when its grant has found a place (`forget`): a mistyped code can be pasted again, and a grant that storage
 * refused is still there for the next try, since its code is spent.
 */
import {
  allowInsecureRequests,
  buildAuthorizationUrl,
  Configuration,
  calculatePKCECodeChallenge,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { EpochMs, Now } from '../core/time.ts';
import type { Grant } from './granted-tokens.ts';
import type { OAuthSettings } from './oauth-settings.ts';
import { type PastedCode, readPastedCode } from './pasted-code.ts';
import { createPendingLogins, LOGIN_LIFE_MS, type LoginIntent, type PendingLogin, sameText } from './pending-logins.ts';
import type { TokenEndpoint, TokenEndpointAnswer } from './token-endpoint.ts';

export type LoginStart =
  | { readonly kind: 'started'; readonly authorizationUrl: string; readonly state: string; readonly expiresAt: EpochMs }
  /** There is no `oauth.client_id`. */
  | { readonly kind: 'not_configured'; readonly message: string };

export interface GrantedLogin {
  readonly kind: 'granted';
  readonly grant: Grant;
  /** What `begin` was told the login is for. */
  readonly intent: LoginIntent;
  /** Scopes that were asked for and not granted (RFC 6749 section 3.3). */
  readonly withheld: readonly string[];
  readonly state: string;
}

export type LoginEnd =
  | GrantedLogin
  /** No login with this state was begun here within the last ten minutes, or it is used up, or code and state do not belong together. */
  | { readonly kind: 'unknown_state'; readonly message: string }
  /** The code is mistyped, used up or of another login. It can be pasted again. */
  | { readonly kind: 'wrong_code'; readonly message: string }
  /** The authorization server refuses Headgate itself, or the owner did not approve. */
  | { readonly kind: 'refused'; readonly message: string }
  /** No answer, or not now. */
  | { readonly kind: 'unavailable'; readonly message: string };

export interface LoginFlow {
  begin(intent: LoginIntent): Promise<LoginStart>;
  /** `code` as pasted; `state` as `begin` gave it, absent when it is part of what was pasted. Never throws for what people paste. */
  finish(pasted: { readonly code: string; readonly state?: string | undefined }): Promise<LoginEnd>;
  /** The grant has found its place: the login is used up. */
  forget(state: string): void;
}

export interface LoginFlowDeps {
  readonly settings: () => OAuthSettings;
  readonly endpoint: Pick<TokenEndpoint, 'exchange'>;
  readonly now: Now;
}

/** This server's own return pages. A redirect URI that ends elsewhere is a page that shows the code for pasting. */
const CALLBACK_PATHS: ReadonlySet<string> = new Set(['/oauth/callback', '/callback']);

const NOT_CONFIGURED = 'oauth.client_id is not configured: set it to the OAuth client id that was issued to you.';
const UNKNOWN_STATE = 'This login is unknown, used up, or older than ten minutes. Start it again.';

/** The exchange of one login: who submits the same code again shares its outcome. */
interface Exchange {
  readonly code: string;
  readonly end: Promise<LoginEnd>;
}

export function createLoginFlow({ settings, endpoint, now }: LoginFlowDeps): LoginFlow {
  const logins = createPendingLogins(now);
  const exchanges = new WeakMap<PendingLogin, Exchange>();

  /** One exchange per login at a time. A granted one stays the outcome, whatever is pasted afterwards. */
  async function finishLogin(login: PendingLogin, code: string): Promise<LoginEnd> {
    for (let running = exchanges.get(login); running; running = exchanges.get(login)) {
      const end = await running.end;
      if (running.code === code) return end;
      if (end.kind === 'granted') return unknownState;
    }
    const end = exchange(login, code);
    exchanges.set(login, { code, end });
    return end;
  }

  async function exchange(login: PendingLogin, code: string): Promise<LoginEnd> {
    const { state, verifier, redirectUri, scope, intent } = login;
    try {
      const answer = await endpoint.exchange({ code, state, verifier, redirectUri });
      if (answer.kind === 'granted') {
        const { grant } = answer;
        return { kind: 'granted', grant, intent, withheld: withheldOf(scope, grant.scopes), state };
      }
      exchanges.delete(login);
      return notGranted(answer);
    } catch (error) {
      exchanges.delete(login);
      throw error;
    }
  }

  return {
    async begin(intent) {
      const current = settings();
      if (current.clientId === undefined) return { kind: 'not_configured', message: NOT_CONFIGURED };
      const login = {
        state: randomState(),
        verifier: randomPKCECodeVerifier(),
        redirectUri: current.redirectUri,
        scope: current.scope,
        intent,
        expiresAt: now() + LOGIN_LIFE_MS,
      };
      const authorizationUrl = await authorizationUrlFor(login, current, current.clientId);
      logins.add(login);
      return { kind: 'started', authorizationUrl, state: login.state, expiresAt: login.expiresAt };
    },

    async finish({ code: pasted, state: named }) {
      const { code, state, error } = readPastedCode(pasted);
      const login = loginOf(logins.find(named ?? state ?? ''), state);
      if (!login) return unknownState;
      if (error !== null) return { kind: 'refused', message: `The authorization page answered ${error}.` };
      if (code === '') return { kind: 'wrong_code', message: 'There is no code in what was pasted.' };
      return finishLogin(login, code);
    },

    forget(state) {
      const login = logins.find(state);
      if (login) logins.remove(login);
    },
  };
}

const unknownState = { kind: 'unknown_state', message: UNKNOWN_STATE } as const;

/** The login, unless a state came along with the code that is of another one (RFC 9700 section 4.7.1). */
const loginOf = (login: PendingLogin | null, pastedState: PastedCode['state']): PendingLogin | null =>
  login && (pastedState === null || sameText(login.state, pastedState)) ? login : null;

async function authorizationUrlFor(
  { state, verifier, redirectUri, scope, intent }: PendingLogin,
  { authorizeUrl }: OAuthSettings,
  clientId: string,
): Promise<string> {
  const server = { issuer: new URL(authorizeUrl).origin, authorization_endpoint: authorizeUrl };
  const configuration = new Configuration(server, clientId);
  // The configuration lets http through for loopback hosts only.
  if (authorizeUrl.startsWith('http:')) allowInsecureRequests(configuration);
  const url = buildAuthorizationUrl(configuration, {
    // Asks the page to show the code instead of sending the browser back.
    ...(CALLBACK_PATHS.has(new URL(redirectUri).pathname) ? {} : { code: 'true' }),
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(intent.organizationUuid === undefined ? {} : { orgUUID: intent.organizationUuid }),
  });
  return url.href;
}

/** A server that names no scopes has granted what was asked for (RFC 6749 section 5.1). */
const withheldOf = (asked: string, granted: Grant['scopes']): readonly string[] =>
  granted === null ? [] : asked.split(' ').filter((scope) => scope !== '' && !granted.includes(scope));

function notGranted(answer: Exclude<TokenEndpointAnswer, { kind: 'granted' }>): LoginEnd {
  switch (answer.kind) {
    case 'rejected':
      return { kind: 'wrong_code', message: `The authorization server does not accept this code (${answer.message}).` };
    case 'refused':
      return {
        kind: 'refused',
        message: `The authorization server refuses the request (${answer.message}). Check the oauth.* configuration.`,
      };
    case 'throttled':
      return { kind: 'unavailable', message: `The authorization server asks to wait (${answer.message}).` };
    case 'unavailable':
      return { kind: 'unavailable', message: `The authorization server cannot be reached (${answer.message}).` };
  }
}
