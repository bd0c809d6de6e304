/** Which header fields must not cross the proxy, each way. Pure; lower-case names. */

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

/** A client proves itself to Headgate with these; the upstream must never see them. */
const CREDENTIALS = ['authorization', 'x-api-key', 'proxy-authorization', 'cookie'] as const;

/** Settled on this side: Node answers `expect`, the body has a length of its own, and streams must stay readable for metering. */
const SETTLED_HERE = ['expect', 'host', 'content-length', 'accept-encoding'] as const;

/** They tell where the client sits, which is nobody's business upstream. */
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

/** The field names that a `Connection` header declares to be for this hop only. */
export const namesIn = (connection: string | undefined): readonly string[] =>
  (connection ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');

/** Must this request header stay on this side? `name` in lower case. */
export const staysHere = (name: string): boolean =>
  NOT_UPSTREAM.has(name) || NOT_UPSTREAM_PREFIXES.some((prefix) => name.startsWith(prefix));

/** Must this reply header stay on the upstream's side? `name` in lower case. */
export const staysUpstream = (name: string): boolean =>
  NOT_DOWNSTREAM.has(name) || NOT_DOWNSTREAM_PREFIXES.some((prefix) => name.startsWith(prefix));

/** The list of `anthropic-beta` values with `beta` appended, once and in the client's order. */
export function withBeta(sent: string | undefined, beta: string): string {
  if (sent === undefined || sent.trim() === '') return beta;
  const listed = sent.split(',').some((value) => value.trim() === beta);
  return listed ? sent : `${sent},${beta}`;
}
