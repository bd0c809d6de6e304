/** Rules between keys: combinations that are each right by themselves but unsafe or impossible together. */
import type { ConfigFault } from './faults.ts';
import { describeFound } from './faults.ts';
import { type Entry, placeOf } from './layer.ts';
import { isLoopbackHost } from './network-values.ts';
import { isSampleKey } from './sample-key.ts';
import type { Config } from './schema.ts';

/** Shortest admin key beyond loopback, in characters: 20 random ones cannot be guessed over a network. */
const MIN_ADMIN_KEY = 20;

interface Rule {
  /** The keys that the rule compares; the first is the one to blame when all were set. */
  readonly keys: readonly [string, ...string[]];
  readonly isBroken: (config: Config) => boolean;
  readonly allowed: string;
  readonly hint: string;
  /** Instead of the values, where one of them is a secret. */
  readonly found?: string;
}

const isOpen = ({ server }: Config) => !isLoopbackHost(server.host);

/** The automatic return to `/oauth/callback`, by a name that this server does not know itself by. */
function returnsElsewhere(redirectUri: string, publicUrl: string | undefined): boolean {
  const { hostname, origin, pathname } = new URL(redirectUri);
  const isOurs = pathname === '/oauth/callback' || pathname === '/callback';
  return isOurs && !isLoopbackHost(hostname) && origin !== publicUrl;
}

const rules: readonly Rule[] = [
  {
    keys: ['server.host', 'server.trusted_proxies', 'server.allow_insecure'],
    isBroken: (config) => isOpen(config) && config.server.trustedProxies.length === 0 && !config.server.allowInsecure,
    allowed: 'a bind beyond loopback only with server.trusted_proxies or server.allow_insecure: true',
    hint: 'put a reverse proxy with TLS in front and name it in server.trusted_proxies, or set server.host: 127.0.0.1',
  },
  {
    keys: ['auth.api_key', 'server.host'],
    isBroken: (config) => isOpen(config) && (config.auth.apiKey?.length ?? MIN_ADMIN_KEY) < MIN_ADMIN_KEY,
    allowed: `an admin key of at least ${MIN_ADMIN_KEY} characters when server.host is beyond loopback`,
    hint: 'leave auth.api_key out and a strong one is generated',
    found: `a key of fewer than ${MIN_ADMIN_KEY} characters`,
  },
  {
    keys: ['auth.api_key', 'server.host'],
    isBroken: (config) => isOpen(config) && config.auth.apiKey !== undefined && isSampleKey(config.auth.apiKey),
    allowed: 'an admin key that nobody can guess when server.host is beyond loopback',
    hint: 'leave auth.api_key out and a strong one is generated',
    found: 'a sample key, or one of a simple pattern',
  },
  {
    keys: ['auth.require_client_key', 'server.host'],
    isBroken: (config) => isOpen(config) && !config.auth.requireClientKey,
    allowed: 'auth.require_client_key: false only on a loopback bind',
    hint: 'create an API key for each client, or set server.host: 127.0.0.1',
  },
  {
    keys: ['oauth.redirect_uri', 'server.public_url'],
    isBroken: ({ oauth, server }) => returnsElsewhere(oauth.redirectUri, server.publicUrl),
    allowed: 'an oauth.redirect_uri that comes back to this server only with the server.public_url under which browsers reach it',
    hint: 'set server.public_url to the scheme and host of oauth.redirect_uri, or leave oauth.redirect_uri out and paste the code',
  },
  {
    keys: ['server.response_timeout', 'server.connect_timeout'],
    isBroken: ({ server }) => server.responseTimeoutMs < server.connectTimeoutMs,
    allowed: 'server.response_timeout at least as long as server.connect_timeout',
    hint: 'connecting is part of the wait for the reply',
  },
  {
    keys: ['server.max_buffered', 'server.max_body_size'],
    isBroken: ({ server }) => server.maxBufferedBytes < server.maxBodyBytes,
    allowed: 'server.max_buffered at least as large as server.max_body_size',
    hint: 'otherwise the largest permitted body could never be accepted',
  },
  {
    keys: ['accounts.default_cooldown', 'accounts.max_cooldown'],
    isBroken: ({ accounts }) => accounts.defaultCooldownMs > accounts.maxCooldownMs,
    allowed: 'accounts.default_cooldown at most as long as accounts.max_cooldown',
    hint: 'lower the default or raise the maximum',
  },
  {
    keys: ['retry.base_delay', 'retry.max_delay'],
    isBroken: ({ retry }) => retry.baseDelayMs > retry.maxDelayMs,
    allowed: 'retry.base_delay at most as long as retry.max_delay',
    hint: 'lower the first or raise the second',
  },
];

/**
 * Every rule that `config` breaks.
 * @param entries the written value in force of each key, for the message
 * @param faulty keys whose value is wrong by itself; rules that look at them say nothing
 */
export function brokenRules(config: Config, entries: ReadonlyMap<string, Entry>, faulty: ReadonlySet<string>): ConfigFault[] {
  return rules
    .filter((rule) => !rule.keys.some((key) => faulty.has(key)) && rule.isBroken(config))
    .map((rule) => faultOf(rule, entries));
}

/** Blames the first key that somebody set: the place that has to be looked at. */
function faultOf({ keys, allowed, hint, found }: Rule, entries: ReadonlyMap<string, Entry>): ConfigFault {
  const compared = keys.flatMap((key) => entries.get(key) ?? []);
  const blamed = compared.find(({ origin }) => origin.kind !== 'default');
  const place = placeOf(blamed?.origin ?? { kind: 'default' });
  const values = compared.map(({ path, value }) => `${path} ${describeFound(value)}`).join(', ');
  return { ...place, key: blamed?.path ?? keys[0], found: found ?? values, allowed, hint };
}
