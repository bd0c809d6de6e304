/** `server.*`: where Headgate listens, whom it believes, how long it waits and how much it holds. */
import { z } from 'zod';
import { isAddressRange, isBareOrigin, isExactOrigin, isHost, webUrl } from '../network-values.ts';
import { choice, duration, flag, integer, list, optionalText, size, text } from '../setting.ts';

const publicUrl = z
  .string()
  .refine((value) => {
    const url = webUrl(value);
    return url !== undefined && isBareOrigin(url);
  })
  .transform((value) => new URL(value).origin);

export const server = {
  host: text(z.string().refine(isHost), '127.0.0.1', {
    allowed: 'an IP address or a host name, without port or brackets',
    meaning: 'Address to listen on.',
    why: 'Set 0.0.0.0 or :: to serve other machines; that needs server.trusted_proxies or server.allow_insecure, and a strong auth.api_key.',
    fixedAtStart: true,
  }),
  port: integer(4000, {
    min: 0,
    max: 65535,
    meaning: 'TCP port to listen on; 0 takes any free one.',
    why: 'Another program holds the port, or several instances share a machine.',
    fixedAtStart: true,
  }),
  stream_idle_timeout: duration('5m30s', {
    min: '1ms',
    max: '1h',
    meaning: 'Longest silence of the upstream within a stream; then the stream is cut.',
    why: 'Shorten it to notice dead streams sooner; the Claude API sends pings far more often.',
  }),
  response_timeout: duration('10m', {
    min: '1ms',
    max: '1h',
    meaning: "Longest wait for the upstream's reply head; then 504.",
    why: 'Requests without streaming answer only when the model has finished: keep it above your longest one.',
  }),
  connect_timeout: duration('5s', {
    min: '1ms',
    max: '5m',
    meaning: 'Longest wait for a connection to the upstream.',
    why: 'Lengthen it on slow links.',
  }),
  max_body_size: size('32mb', {
    min: '1b',
    max: '1gb',
    meaning: 'Largest body of one request; more is answered 413.',
    why: 'The Claude API itself takes 32 MB on messages; raise it for uploads, lower it to protect a small machine.',
  }),
  max_buffered: size('256mb', {
    min: '1b',
    max: '64gb',
    meaning: 'All request bodies held in memory at once; beyond it requests get 503 with retry-after.',
    why: 'Bodies are kept until the reply begins so that another account can take over: fit it to the memory of the machine.',
  }),
  trusted_proxies: list(z.string().refine(isAddressRange), {
    max: 100,
    allowed: 'addresses or CIDRs such as 10.0.0.0/8 or fd00::/8 (no prefix of 0)',
    meaning: 'Reverse proxies whose X-Forwarded-* headers are believed.',
    why: 'Name your reverse proxy here, else every client seems to come from its address.',
  }),
  allow_insecure: flag(false, {
    meaning: 'Permits listening beyond loopback without a trusted reverse proxy in front, that is without TLS.',
    why: 'Only on a network where nobody can listen: API keys and the admin key cross it in clear text.',
  }),
  public_url: optionalText(publicUrl, {
    allowed: 'an http or https URL without user, path or query, such as https://headgate.example.org',
    defaultMeaning: 'the address it listens on',
    meaning: 'URL under which users reach this server; shown to them, and its host is allowed.',
    why: 'Set it when a reverse proxy or a tunnel gives the server another name.',
  }),
  allowed_hosts: list(z.string().refine(isHost).toLowerCase(), {
    max: 100,
    allowed: 'host names or IP addresses, without scheme, port or wildcard',
    meaning:
      'Names accepted in the Host header besides loopback names, the bind address and the host of public_url; others get 421.',
    why: 'Add the names clients use. The check stops web pages that point a name of theirs at this server (DNS rebinding).',
  }),
  cors_origins: list(z.string().refine(isExactOrigin), {
    max: 100,
    allowed: 'origins exactly as browsers send them, such as https://app.example.org (no path, no *)',
    meaning: 'Web origins whose pages may call /v1.',
    why: 'A browser application of yours calls the API directly.',
  }),
  drain_timeout: duration('30s', {
    min: '0s',
    max: '1h',
    meaning: 'How long running streams may finish after SIGTERM before they are cut.',
    why: "Keep it below your supervisor's own limit before it kills the process.",
  }),
  drain_delay: duration('0s', {
    min: '0s',
    max: '5m',
    meaning: 'How long new requests are still accepted after SIGTERM while /readyz already says 503.',
    why: 'Give a load balancer the time to notice.',
  }),
  rate_limit_headers: choice(['pass', 'strip'], 'pass', {
    meaning: "What happens to the account's anthropic-ratelimit-* headers on replies.",
    why: 'strip hides the state of your accounts from clients, and with it their usage warnings.',
  }),
} as const;
