/** What a failed call of the token endpoint means. Only `invalid_grant` is about the grant; everything else is not. */
import * as openid from 'openid-client';
import { parseRetryAfter } from '../core/instant.ts';
import type { EpochMs } from '../core/time.ts';
import type { GrantAnswer } from './grant.ts';

/** The connection was never made, so nothing can have been spent. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const TLS = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

export async function classifyFailure(error: unknown, now: EpochMs): Promise<GrantAnswer> {
  if (error instanceof openid.ResponseBodyError) return judgeWord(error.error, error.status, error.cause as { error_description?: unknown });
  if (error instanceof openid.WWWAuthenticateChallengeError) return { kind: 'refused', message: `the token endpoint asks for other credentials (${error.status})` };
  if (error instanceof openid.ClientError) {
    const reply = error.cause;
    if (reply instanceof Response) return judgeReply(reply, now);
    if (error.code === 'OAUTH_TIMEOUT') return unavailable('the token endpoint did not answer in time', true);
    return unavailable(`the token endpoint answered with something unexpected (${error.code ?? 'unknown'})`, true);
  }
  const cause = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  const code = typeof cause === 'string' ? cause : 'no connection';
  return unavailable(`the token endpoint could not be reached (${code})`, !(NEVER_SENT.has(code) || TLS.test(code)));
}

const unavailable = (message: string, maybeSpent: boolean): GrantAnswer => ({ kind: 'unavailable', maybeSpent, message });

function judgeWord(word: string, status: number, body: { readonly error_description?: unknown } | undefined): GrantAnswer {
  const described = typeof body?.error_description === 'string' ? `: ${plain(body.error_description)}` : '';
  if (word === 'invalid_grant') return { kind: 'rejected', message: `the token endpoint says invalid_grant${described}` };
  if (status >= 500) return unavailable(`the token endpoint answered ${status} ${plain(word)}`, true);
  return { kind: 'refused', message: `the token endpoint says ${plain(word)}${described}` };
}

/** A reply that is no OAuth error: perhaps the Claude API's nested error object, perhaps an HTML page. */
async function judgeReply(reply: Response, now: EpochMs): Promise<GrantAnswer> {
  const { status } = reply;
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after') ?? undefined, now);
    return { kind: 'throttled', retryAfterMs, message: 'the token endpoint answers 429' };
  }
  if (status >= 500) return unavailable(`the token endpoint answers ${status}`, true);
  if (status < 400) return unavailable(`the token endpoint answers ${status} without a token`, true);
  const nested = await nestedError(reply);
  if (nested) return judgeWord(nested, status, undefined);
  return { kind: 'refused', message: `the token endpoint answers ${status}` };
}

/** `{"error":{"type":"invalid_grant"}}`, or the same word in the message. */
async function nestedError(reply: Response): Promise<string | null> {
  try {
    const text = reply.bodyUsed ? '' : (await reply.text()).slice(0, 64 * 1024);
    const body = JSON.parse(text) as { error?: { type?: unknown; message?: unknown } };
    const type = String(body.error?.type ?? '');
    return /\binvalid_grant\b/.test(`${type} ${String(body.error?.message ?? '')}`) ? 'invalid_grant' : type || null;
  } catch {
    return null;
  }
}

/** Somebody else's words, fit for a log and a page: short, one line, without anything that looks like a token. */
const plain = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .replaceAll(/\S{40,}/g, '…')
    .slice(0, 200);
