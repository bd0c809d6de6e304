/**
 * Every error that Headgate itself answers with on `/v1`, in the Claude API's shape, with words for a person at a terminal.
 * `shouldRetry: false` where a retry cannot help: Claude Code would otherwise retry for three minutes before it shows the message.
 */
import type { PoolOutlook } from '../core/pool-outlook.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';

/** A wait above this is announced, not sat out: clients stop retrying and show the message. */
const SHORT_WAIT_MS = 60_000;
const BUSY_WAIT_MS: DurationMs = 1000;

export interface GatewayErrorOptions {
  readonly retryAfterMs?: DurationMs;
  readonly shouldRetry?: boolean;
}

/** Carries only what the client may see; the cause is logged where it happened. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  /** The Claude API's error type. */
  readonly type: string;
  readonly retryAfterMs: DurationMs | null;
  readonly shouldRetry: boolean | null;

  constructor(status: number, type: string, message: string, { retryAfterMs, shouldRetry }: GatewayErrorOptions = {}) {
    super(message);
    this.status = status;
    this.type = type;
    this.retryAfterMs = retryAfterMs ?? null;
    this.shouldRetry = shouldRetry ?? null;
  }
}

const final = { shouldRetry: false } as const;

export const malformedTarget = (what: string) =>
  new GatewayError(400, 'invalid_request_error', `The request target is malformed: ${what}.`, final);
export const malformedFraming = () => new GatewayError(400, 'invalid_request_error', 'The request is malformed.', final);
export const headersTooLarge = () =>
  new GatewayError(431, 'invalid_request_error', 'The request headers are too large, or too many.', final);
export const chunkExtensionsTooLarge = () =>
  new GatewayError(413, 'request_too_large', 'The chunk extensions are too large.', final);
export const requestTooSlow = () =>
  new GatewayError(408, 'invalid_request_error', 'The request did not arrive in time.', { shouldRetry: true });
/** Must not name the header x-api-key: Claude Code takes such a message for a missing login of its own, and hides it. */
export const unknownKey = () =>
  new GatewayError(
    401,
    'authentication_error',
    'Missing or unknown API key. Use a key of this Headgate; it begins with hg_ (ANTHROPIC_AUTH_TOKEN).',
    final,
  );
export const expiredKey = (name: string, on: string) =>
  new GatewayError(401, 'authentication_error', `The API key "${name}" expired on ${on}. Ask the operator for a new one.`, final);
export const disabledKey = (name: string) =>
  new GatewayError(401, 'authentication_error', `The API key "${name}" is disabled. Ask the operator to enable it.`, final);
export const forbiddenOrigin = () =>
  new GatewayError(
    403,
    'permission_error',
    'Without client keys only local programs may use this server, not web pages or proxies.',
    final,
  );
export const unknownRoute = () => new GatewayError(404, 'not_found_error', 'There is nothing here.', final);
export const tooLarge = (limit: string) =>
  new GatewayError(413, 'request_too_large', `The request body is larger than ${limit} (server.max_body_size).`, final);
export const hostNotAllowed = () =>
  new GatewayError(421, 'invalid_request_error', 'This host name is not served here. Add it to server.allowed_hosts.', final);
export const tooManyFailedKeys = (retryAfterMs: DurationMs, now: EpochMs) =>
  new GatewayError(
    429,
    'rate_limit_error',
    `Too many requests without a valid API key from this address. Try again at ${clockWithSeconds(now + retryAfterMs)} UTC (in ${inWords(retryAfterMs)}).`,
    { retryAfterMs },
  );
export const redirected = () =>
  new GatewayError(502, 'api_error', 'The upstream answered with a redirect, which is never followed.', { shouldRetry: false });
export const connectionBroke = () =>
  new GatewayError(502, 'api_error', 'The connection to the upstream broke before it answered.', { shouldRetry: true });
export const draining = () =>
  new GatewayError(503, 'api_error', 'The server is shutting down. Try again in a moment.', { retryAfterMs: 1000 });
export const buffersFull = () =>
  new GatewayError(
    503,
    'api_error',
    'The server holds as many request bodies as it may (server.max_buffered). Try again in a moment.',
    {
      retryAfterMs: 2000,
    },
  );
export const noReplyInTime = () =>
  new GatewayError(504, 'timeout_error', 'The upstream did not answer in time (server.response_timeout).', {
    shouldRetry: false,
  });
export const internalError = () =>
  new GatewayError(500, 'api_error', 'Something went wrong inside Headgate. The log says more under this request id.');
export const needsApiKeyAccount = () =>
  new GatewayError(
    403,
    'permission_error',
    'The accounts in the pool are only authorized for Claude Code. Requests like this one need an account of kind api_key.',
    final,
  );

/** `when` is known to who comes back, and not to whose request is cut. */
export const sessionRevoked = (when?: { readonly until: EpochMs; readonly now: EpochMs }) =>
  new GatewayError(
    403,
    'permission_error',
    when
      ? `The operator revoked this client; it is refused until ${clockWithSeconds(when.until)} UTC (in ${inWords(when.until - when.now)}).`
      : 'The operator revoked this client.',
    final,
  );
export const tooManyRunning = ({ running, most }: { readonly running: number; readonly most: number }) =>
  new GatewayError(
    429,
    'rate_limit_error',
    `${running} of ${most} requests running for this client (session.max_concurrent). Try again when one of them has ended.`,
    { retryAfterMs: 1000 },
  );
export const noSuchResource = () =>
  new GatewayError(404, 'not_found_error', 'There is no such batch or file for this API key.', final);
export const scatteredFiles = () =>
  new GatewayError(
    404,
    'not_found_error',
    'The files that the request names lie in different accounts. Upload them again: new files of a key go to one account.',
    final,
  );
export const unknownCursor = () =>
  new GatewayError(
    400,
    'invalid_request_error',
    'page: not a cursor of this list. Take next_page of an earlier reply, or leave it out to begin anew.',
    final,
  );
export const listUnavailable = () =>
  new GatewayError(502, 'api_error', 'A member of the list could not be read from its account. Try again.', {
    shouldRetry: true,
  });
/** Nobody knows when the next place comes free; by then it is worth another try. */
export const allBusy = (now: EpochMs) =>
  new GatewayError(
    429,
    'rate_limit_error',
    `Every account that could serve is as busy as it may be (accounts.max_concurrency). Try again at ${clockWithSeconds(now + BUSY_WAIT_MS)} UTC (in ${inWords(BUSY_WAIT_MS)}).`,
    { retryAfterMs: BUSY_WAIT_MS },
  );
export const circuitOpen = (retryAfterMs: DurationMs) =>
  new GatewayError(529, 'overloaded_error', 'The upstream has been failing and is given a rest. Try again shortly.', {
    retryAfterMs,
  });

/** Nobody can serve: says when the next account recovers, or what the operator has to do. `recovery`: null when none does by itself. */
export function noAccount(outlook: PoolOutlook, recovery: EpochMs | null, now: EpochMs): GatewayError {
  const { total, byState } = outlook;
  if (total === 0) {
    return new GatewayError(503, 'api_error', 'No account yet. Add one in the dashboard or with "headgate accounts add".', final);
  }
  if (recovery !== null) return poolExhausted(outlook, recovery, now);
  const counts = [`${byState.invalid} invalid`, `${byState.inactive} inactive`].filter((text) => !text.startsWith('0 '));
  if (counts.length === 0) return new GatewayError(503, 'api_error', 'No usable account for this request.', final);
  const remedy = byState.invalid > 0 ? 'Re-authorize one in the dashboard.' : 'Enable one in the dashboard.';
  return new GatewayError(503, 'api_error', `No usable account: ${counts.join(', ')}. ${remedy}`, final);
}

function poolExhausted({ total, byState }: PoolOutlook, recovery: EpochMs, now: EpochMs): GatewayError {
  const waitMs = Math.max(1000, recovery - now);
  const others = [`${byState.invalid} invalid`, `${byState.inactive} inactive`].filter((text) => !text.startsWith('0 '));
  const limitedCount = total - byState.invalid - byState.inactive;
  const who =
    total === 1
      ? 'The only account is'
      : others.length === 0
        ? `All ${total} accounts are`
        : `${limitedCount} of ${total} accounts ${limitedCount === 1 ? 'is' : 'are'}`;
  const rest = others.length === 0 ? '' : ` (${others.join(', ')})`;
  const message = `${who} rate limited${rest}; the next is available at ${clock(recovery)} UTC (in ${inWords(waitMs)}).`;
  const options = waitMs > SHORT_WAIT_MS ? { retryAfterMs: waitMs, shouldRetry: false } : { retryAfterMs: waitMs };
  return new GatewayError(429, 'rate_limit_error', message, options);
}

/** `14:05`, with the day when it is not within the next 24 hours' reach of a clock: `2026-11-26 14:05`. */
function clock(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** Rounded up: who comes at that second is not too early. */
const clockWithSeconds = (at: EpochMs): string =>
  new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** The largest unit that keeps the number small: seconds, minutes, hours, days. */
function inWords(ms: DurationMs): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.ceil(minutes / 60);
  return hours < 36 ? `${hours} h` : `${Math.ceil(hours / 24)} days`;
}

/** The body that the Claude API's clients understand. */
export function errorBody(error: Pick<GatewayError, 'type' | 'message'>, requestId: string) {
  return { type: 'error', error: { type: error.type, message: error.message }, request_id: requestId };
}

/** The header fields that tell of the error; its length and what becomes of the connection are for who sends it. */
export function headersOf({ retryAfterMs, shouldRetry }: GatewayError, requestId: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'request-id': requestId,
    'x-headgate-request-id': requestId,
    ...(retryAfterMs === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
    ...(shouldRetry === null ? {} : { 'x-should-retry': String(shouldRetry) }),
  };
}
