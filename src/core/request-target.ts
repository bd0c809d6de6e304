/**
 * The request target, checked before anything looks at the path: what is authorised must be byte for byte what is forwarded,
 * whatever a server further on makes of dots, slashes and escapes (RFC 3986 section 6.2.2). Pure.
 */

export interface RequestTarget {
  /** Without query. */
  readonly path: string;
  /** Path and query as they came. */
  readonly raw: string;
}

export type TargetReading =
  | { readonly kind: 'fine'; readonly target: RequestTarget }
  | { readonly kind: 'malformed'; readonly what: string };

const malformed = (what: string): TargetReading => ({ kind: 'malformed', what });

/** Reads a target in origin form (RFC 9112 section 3.2.1). Anything that two servers could read differently is malformed. */
export function readTarget(raw: string): TargetReading {
  if (!raw.startsWith('/')) return malformed('it must begin with a slash');
  const queryAt = raw.indexOf('?');
  const path = queryAt < 0 ? raw : raw.slice(0, queryAt);
  if (/[^\x21-\x7e]/.test(raw)) return malformed('it holds a space, a control character or a letter beyond ASCII');
  if (raw.includes('#')) return malformed('it holds a fragment');
  if (path.includes('\\')) return malformed('it holds a backslash');
  if (path.includes('//')) return malformed('it holds an empty segment');
  if (/%(?![0-9a-f]{2})/i.test(raw)) return malformed('it holds a broken escape');
  if (/%(2f|5c|00)/i.test(path)) return malformed('it holds an escaped slash or a zero byte');
  if (!isUtf8(path)) return malformed('its escapes are not UTF-8');
  if (/%25(2e|2f|5c|00|25)/i.test(path)) return malformed('it holds an escape of an escape');
  const dotSegment = path.split('/').some((segment) => DOT_SEGMENT.test(segment));
  return dotSegment ? malformed('it holds a dot segment') : { kind: 'fine', target: { path, raw } };
}

/** Also with a parameter behind it, which some servers cut off before they resolve the dots (RFC 3986 section 3.3). */
const DOT_SEGMENT = /^(\.|%2e){1,2}(;|%3b|$)/i;

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** A base URL that was given with `/v1` makes clients ask for `/v1/v1/…`; what they mean is `/v1/…`. */
export function withoutDoubleVersion({ path, raw }: RequestTarget): RequestTarget {
  const extra = '/v1';
  return path.startsWith('/v1/v1/') ? { path: path.slice(extra.length), raw: raw.slice(extra.length) } : { path, raw };
}

/**
 * Identity and administration of the upstream: a pooled credential is never sent there, however a server further on might trim the name.
 */
export function isOffLimits(path: string): boolean {
  const [, , area = ''] = decodeURIComponent(path).toLowerCase().split('/');
  return /^[^a-z0-9_-]*(organizations|oauth)(?![a-z0-9_-])/.test(area);
}
