/** What is checked of every request before anything looks at its path: target, framing, method, host. */
import type { IncomingMessage } from 'node:http';
import { countOf } from '../core/header-rules.ts';
import { readTarget } from '../core/request-target.ts';
import { type GatewayError, hostNotAllowed, malformedFraming, malformedTarget } from '../gateway/errors.ts';

export interface HostRules {
  /** The bind address, names of `server.allowed_hosts`, and the host of `server.public_url`; without ports, lower case. */
  readonly allowed: ReadonlySet<string>;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Probes by load balancers name whatever address they have. */
const HOST_EXEMPT = new Set(['/healthz', '/readyz']);

/** The refusal that the request deserves, or null. */
export function checkRequest(req: IncomingMessage, { allowed }: HostRules): GatewayError | null {
  const target = readTarget(req.url ?? '');
  if (target.kind === 'malformed') return malformedTarget(target.what);
  if (req.method === 'TRACE' || req.method === 'CONNECT') return malformedFraming();
  const { headers } = req;
  const encoding = headers['transfer-encoding'];
  // Repeated fields reach us joined, which is not `chunked` either.
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'chunked') return malformedFraming();
  for (const name in headers) if (aliasesAnotherName(name)) return malformedFraming();
  if (HOST_EXEMPT.has(target.target.path)) return null;
  return checkHost(req, allowed);
}

/** Some servers read `Transfer_Encoding` as `Transfer-Encoding`; a name that only they would heed is no accident. */
const aliasesAnotherName = (name: string): boolean =>
  name.includes('_') &&
  /^(transfer|content|x_forwarded|proxy|authorization|x_api|host)/.test(name) &&
  name.replaceAll('_', '-') !== name;

/** Names that are not ours are refused, so that a web page cannot reach a local server under a name of its own (DNS rebinding). */
function checkHost(req: IncomingMessage, allowed: ReadonlySet<string>): GatewayError | null {
  const { host } = req.headers;
  if (host === undefined || countOf(req.rawHeaders, 'host') !== 1) return malformedFraming();
  const name = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  if (name === undefined) return malformedFraming();
  return LOOPBACK.has(name) || allowed.has(name) ? null : hostNotAllowed();
}
