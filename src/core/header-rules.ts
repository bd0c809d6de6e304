/** Which header fields must not cross the proxy, each way. Pure; blind to case, as field names are (RFC 9110 section 5.1). */

/** They describe one connection, not the message (RFC 9110 section 7.6.1; `keep-alive` and `proxy-connection` by custom). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const;

/** A client proves itself to Headgate with these; the upstream must never see them (RFC 9110 section 11.6.2, RFC 6265). */
const CREDENTIALS = ['authorization', 'x-api-key', 'proxy-authorization', 'cookie'] as const;

/**
 * Settled on this side: Node answers `expect` (RFC 9110 section 10.1.1), `host` is the upstream's, the body has a length of its
 * own (RFC 9112 section 6.3), and streams must stay readable for metering.
 */
const SETTLED_HERE = ['expect', 'host', 'content-length', 'accept-encoding'] as const;

/** They tell where the client sits and how it got here, which is nobody's business upstream (RFC 7239, RFC 9110 section 7.6.3). */
const WHEREABOUTS = ['forwarded', 'x-real-ip', 'via', 'origin'] as const;

const NOT_UPSTREAM: ReadonlySet<string> = new Set([...HOP_BY_HOP, ...CREDENTIALS, ...SETTLED_HERE, ...WHEREABOUTS]);
const NOT_UPSTREAM_PREFIXES = ['x-forwarded-', 'x-headgate-'] as const;

/** About the upstream's own connection, site or organisation. */
const NOT_DOWNSTREAM: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'set-cookie',
  'strict-transport-security',
  'alt-svc',
  'server',
  'nel',
  'report-to',
  'reporting-endpoints',
  'via',
  'anthropic-organization-id',
]);
const NOT_DOWNSTREAM_PREFIXES = ['content-security-policy', 'cf-'] as const;

const NO_NAMES: readonly string[] = [];

/** The field names, in lower case, that a `Connection` header declares to be for this hop only. */
export const namesIn = (connection: string | undefined): readonly string[] =>
  connection === undefined
    ? NO_NAMES
    : connection
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== '');

/** How often a field was sent, in a list of names and values in turn. `name` in lower case. */
export function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const sent = rawHeaders[i];
    if (sent?.length === name.length && sent.toLowerCase() === name) count += 1;
  }
  return count;
}

/** Must this request header stay on this side? */
export const staysHere = (name: string): boolean => isListed(name, NOT_UPSTREAM, NOT_UPSTREAM_PREFIXES);

/** Must this reply header stay on the upstream's side? */
export const staysUpstream = (name: string): boolean => isListed(name, NOT_DOWNSTREAM, NOT_DOWNSTREAM_PREFIXES);

/** Does this reply header tell how much of its quota the account has left? */
export const isRateLimitHeader = (name: string): boolean => name.toLowerCase().startsWith('anthropic-ratelimit-');

function isListed(name: string, names: ReadonlySet<string>, prefixes: readonly string[]): boolean {
  const lower = name.toLowerCase();
  return names.has(lower) || prefixes.some((prefix) => lower.startsWith(prefix));
}

/** The list of `anthropic-beta` values with `beta` appended, once and in the client's order. */
export function withBeta(sent: string | undefined, beta: string): string {
  if (sent === undefined || sent.trim() === '') return beta;
  const listed = sent.split(',').some((value) => value.trim() === beta);
  return listed ? sent : `${sent},${beta}`;
}
