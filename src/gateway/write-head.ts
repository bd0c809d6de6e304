/** Gives the client the head of an upstream's reply. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRateLimitHeader, namesIn, staysUpstream } from '../core/header-rules.ts';

export interface HeadOptions {
  readonly res: ServerResponse;
  /** Our own fields, names in lower case; an upstream field of the same name gives way. */
  readonly added: Readonly<Record<string, string>>;
  /** Leave out what tells how much quota the account has left. */
  readonly stripRateLimits: boolean;
}

/**
 * Status and fields as the upstream sent them, several values of one name kept apart, without what is not for the client. What
 * was set on `res` before stays and wins, except `vary`, which adds up (RFC 9110 section 12.5.5).
 *
 * @throws RangeError or TypeError when Node refuses the status or a field.
 */
export function writeHead(message: IncomingMessage, { res, added, stripRateLimits }: HeadOptions): void {
  const { rawHeaders, headers: upstream } = message;
  const named = namesIn(upstream.connection);
  const fields: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (staysUpstream(name) || Object.hasOwn(added, name) || named.includes(name)) continue;
    if (stripRateLimits && isRateLimitHeader(name)) continue;
    if (name !== 'vary' && res.hasHeader(name)) continue;
    fields.push(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '');
  }
  if (upstream.vary !== undefined && res.hasHeader('vary')) fields.push('vary', String(res.getHeader('vary')));
  for (const name of Object.keys(added)) fields.push(name, added[name] ?? '');
  res.writeHead(message.statusCode ?? 502, fields);
}
