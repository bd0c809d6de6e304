/** What a failed call to the token endpoint proves, and whether the server may have acted on it. */
import { ClientError } from 'openid-client';
import { parseRetryAfter } from '../core/instant.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';

/**
 * How far the request came. `no`: it never left. `answered`: the server spoke, and granted nothing.
 * `maybe`: it may have been acted upon, so that a single-use token may be spent.
 */
export type Sent = 'no' | 'maybe' | 'answered';

export type Refusal =
  /** `invalid_grant`: the code or the refresh token itself is refused. */
  | { readonly kind: 'rejected'; readonly message: string }
  /** The server refuses Headgate, or speaks another language: a matter of configuration, which says nothing about the account. */
  | { readonly kind: 'refused'; readonly sent: Sent; readonly message: string }
  | { readonly kind: 'throttled'; readonly retryAfterMs: DurationMs | null; readonly message: string }
  | { readonly kind: 'unavailable'; readonly sent: Sent; readonly message: string };

/** The reply as it came, its body bounded. */
export interface HeardReply {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Null when it was too long. */
  readonly text: string | null;
}

/** Errors of system and TLS that arise before the first byte of a request is sent. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string | null): Fields {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** One printable line of at most 200 characters. Token-shaped words are left out, in case a server repeats what it was sent. */
const plain = (text: unknown): string =>
  typeof text === 'string'
    ? text
        .replaceAll(/[^\x20-\x7e]+/g, ' ')
        .replaceAll(/[\w.~+/-]{32,}/g, '[…]')
        .trim()
        .slice(0, 200)
    : '';

/** The error code and its words, flat as in RFC 6749 section 5.2, or nested as the Claude API writes them. */
function errorOf(reply: HeardReply): { readonly code: string; readonly words: string } {
  const body = parsed(reply.text);
  const { error } = body;
  if (isFields(error)) {
    const codes = [error['type'], error['code'], error['error']];
    const words = plain(error['message']);
    return {
      code: codes.includes('invalid_grant') || /^invalid_grant\b/.test(words) ? 'invalid_grant' : plain(error['type']),
      words,
    };
  }
  return { code: plain(error), words: plain(body['error_description']) };
}

function said(reply: HeardReply): string {
  const { code, words } = errorOf(reply);
  return [`HTTP ${reply.status}`, code, words].filter((part) => part !== '').join(', ');
}

/** What a reply proves that granted nothing. `fault` is what was found wrong with one that claims success. */
export function refusalOf(reply: HeardReply, now: EpochMs, fault: string): Refusal {
  const { status } = reply;
  if (status === 429) return { kind: 'throttled', retryAfterMs: parseRetryAfter(reply.retryAfter, now), message: said(reply) };
  if (status >= 500) return { kind: 'unavailable', sent: spokeItself(status) ? 'answered' : 'maybe', message: said(reply) };
  if (status >= 400 && errorOf(reply).code === 'invalid_grant') return { kind: 'rejected', message: said(reply) };
  if (status >= 300) return { kind: 'refused', sent: 'answered', message: said(reply) };
  return { kind: 'refused', sent: 'maybe', message: `HTTP ${status}, but ${fault}` };
}

/** 502, 504 and 520 to 527 come from a gateway before the server, which may have done its work behind it. */
const spokeItself = (status: number): boolean => status !== 502 && status !== 504 && !(status >= 520 && status <= 527);

/** What an exception of openid-client or of fetch proves, when no whole reply was heard. */
export function faultOf(error: unknown): Refusal {
  if (error instanceof ClientError) {
    if (error.code === 'OAUTH_TIMEOUT') return { kind: 'unavailable', sent: 'maybe', message: 'no answer in time' };
    if (error.code === 'OAUTH_ABORT') return { kind: 'unavailable', sent: 'maybe', message: 'the call was cut off' };
    return { kind: 'refused', sent: error.code === 'OAUTH_HTTP_REQUEST_FORBIDDEN' ? 'no' : 'maybe', message: error.message };
  }
  if (error instanceof TypeError) {
    const code = causeCode(error);
    return {
      kind: 'unavailable',
      sent: NEVER_SENT.test(code) ? 'no' : 'maybe',
      message: code === '' ? 'the connection broke' : code,
    };
  }
  throw error;
}

function causeCode({ cause }: TypeError): string {
  const { code } = isFields(cause) ? (cause as { code?: unknown }) : { code: undefined };
  return typeof code === 'string' ? code : '';
}
