/** What is checked of every request before anything looks at its path: target, framing, method, host. */
import type { IncomingMessage } from 'node:http';
import { countOf, staysHere } from '../core/header-rules.ts';
import { readTarget } from '../core/request-target.ts';
import { type GatewayError, hostNotAllowed, malformedFraming, malformedTarget } from '../gateway/errors.ts';

export interface HostRules {
  /** As `servedHosts` makes it. */
  readonly allowed: ReadonlySet<string>;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Probes by load balancers name whatever address they have. */
const HOST_EXEMPT = new Set(['/healthz', '/readyz']);
const MAX_PORT = 65_535;

/** The refusal that the request deserves, or null. */
export function checkRequest(req: IncomingMessage, { allowed }: HostRules): GatewayError | null {
  const target = readTarget(req.url ?? '');
  if (target.kind === 'malformed') return malformedTarget(target.what);
  if (req.method === 'TRACE' || !isWellFramed(req)) return malformedFraming();
  for (const name in req.headers) if (aliasesAnotherName(name)) return malformedFraming();
  return checkHost(req, allowed, HOST_EXEMPT.has(target.target.path));
}

/** Framing that two servers on the way could read differently is refused (RFC 9112 sections 3.2, 6.1 and 11.2). */
function isWellFramed({ httpVersion, headers, rawHeaders }: IncomingMessage): boolean {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return false;
  const hosts = countOf(rawHeaders, 'host');
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return false;
  const encoding = headers['transfer-encoding'];
  // Repeated fields reach us joined, which is not `chunked` either.
  return encoding === undefined || (httpVersion === '1.1' && encoding.trim().toLowerCase() === 'chunked');
}

/** Some servers read `Transfer_Encoding` as `Transfer-Encoding`; a name that only they would heed is no accident. */
function aliasesAnotherName(name: string): boolean {
  if (!name.includes('_')) return false;
  const alias = name.replaceAll('_', '-');
  return alias.startsWith('content-') || staysHere(alias);
}

/** Names that are not ours are refused, so that a web page cannot reach a local server under a name of its own (DNS rebinding). */
function checkHost({ headers: { host } }: IncomingMessage, allowed: ReadonlySet<string>, exempt: boolean): GatewayError | null {
  if (exempt) return null;
  const [, written, port] = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(host ?? '') ?? [];
  const name = written === undefined ? null : canonicalHost(written);
  if (name === null || (port !== undefined && (Number(port) < 1 || Number(port) > MAX_PORT))) return malformedFraming();
  return LOOPBACK.has(name) || allowed.has(name) ? null : hostNotAllowed();
}

/**
 * The names that requests may ask for besides the loopback ones, as `Host` would write them.
 * @param names host names and IP addresses, IPv6 ones with or without brackets
 */
export const servedHosts = (names: readonly string[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => canonicalHost(name.includes(':') && !name.startsWith('[') ? `[${name}]` : name) ?? []));

/** In lower case, and an IPv6 address in its one short form (RFC 5952); null for what only looks like one. */
const canonicalHost = (name: string): string | null =>
  name.startsWith('[') ? (URL.parse(`http://${name}`)?.hostname ?? null) : name.toLowerCase();
