/** The header fields that Headgate itself gives to a request for the upstream. */
import { withBeta } from '../core/header-rules.ts';
import type { HopRequest } from './hop.ts';

const ANTHROPIC_VERSION = '2023-06-01';
/** Without a body they have no length either (RFC 9110 section 8.6). */
const BODILESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** A client's field of the same name is replaced. The account's credential is in the result: it must not be logged. */
export function upstreamHeaders({ req, body, kind, secret }: HopRequest, oauthBeta: string): Record<string, string> {
  // A compressed stream could not be metered in passing.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (kind === 'api_key') headers['x-api-key'] = secret;
  else {
    headers['authorization'] = `Bearer ${secret}`;
    headers['anthropic-beta'] = withBeta(req.headers['anthropic-beta']?.toString(), oauthBeta);
  }
  if (req.headers['anthropic-version'] === undefined) headers['anthropic-version'] = ANTHROPIC_VERSION;
  const hasBody = body.byteLength > 0 || !BODILESS.has(req.method ?? '');
  if (hasBody) headers['content-length'] = String(body.byteLength);
  return headers;
}
