/** Addresses, host names and URLs as they may stand in the configuration: what is loopback, what is a CIDR, which URLs may carry a secret. */
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether traffic to `host` cannot leave this machine: `localhost`, 127.0.0.0/8, ::1 (with or without brackets). Other names are not resolved. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (bare === 'localhost') return true;
  return isIP(bare) !== 0 && loopback.check(bare, familyOf(bare));
}

/** Whether `text` is an IP address or a DNS name, without port or brackets. A name of digits and dots alone is a mistyped address. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text));
}

/** Whether `text` is an address or a CIDR (RFC 4632, RFC 4291). A prefix of 0 is refused: it would stand for everybody. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes('%')) return false;
  if (prefix === undefined) return true;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32);
}

/** Whether `text` is an origin exactly as browsers send it (RFC 6454 §6.2): scheme, host, port if not the default, nothing else. */
export function isExactOrigin(text: string): boolean {
  const url = webUrl(text);
  return url !== undefined && url.origin === text;
}

/** The URL in `text` if it is http(s) without user info, else undefined. */
export function webUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\/[^/\\]/i.test(text) || /[\s\\]/.test(text)) return undefined;
  return url.username === '' && url.password === '' && !/^https?:\/\/[^/?#]*@/i.test(text) ? url : undefined;
}

/** Whether a credential may be sent to `url`: https, or http that stays on this machine. */
export function isPrivateEnough(url: URL): boolean {
  return url.protocol === 'https:' || isLoopbackHost(url.hostname);
}

/** Whether `url` is a bare origin: no path but `/`, no query, no fragment. */
export function isBareOrigin(url: URL): boolean {
  return url.pathname === '/' && !/[?#]/.test(url.href);
}

/** Whether `text` is the URL of an HTTP proxy: scheme, perhaps credentials, host, perhaps port, and nothing behind them. */
export function isProxyUrl(text: string): boolean {
  const url = /\s/.test(text) ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && isBareOrigin(url);
}

/** Whether `text` may stand in a NO_PROXY list: `*`, a host, a domain with a dot or `*.` before it, an address, each perhaps with a port. */
export const isUnproxiedHost = (text: string): boolean =>
  text === '*' || isIP(text) !== 0 || /^(\*?\.)?([a-z0-9_-]+\.)*[a-z0-9_-]+(:\d{1,5})?$/i.test(text);
