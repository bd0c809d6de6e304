/** `claude.*`: the upstream. */
import { z } from 'zod';
import { isBareOrigin, isPrivateEnough, isProxyUrl, isUnproxiedHost, webUrl } from '../network-values.ts';
import { choice, list, optionalText, text } from '../setting.ts';

const origin = z
  .string()
  .refine((value) => {
    const url = webUrl(value);
    return url !== undefined && isPrivateEnough(url) && isBareOrigin(url);
  })
  .transform((value) => new URL(value).origin);

export const claude = {
  base_url: text(origin, 'https://api.anthropic.com', {
    allowed: 'an https URL without user, path and query (http only for a loopback host)',
    meaning: 'The upstream. Requests keep their own path, so the URL has none.',
    why: 'Only for another upstream, such as the simulator.',
  }),
  oauth_beta: text(z.string().regex(/^[A-Za-z0-9._-]{1,100}$/), 'oauth-2025-04-20', {
    allowed: '1 to 100 letters, digits, dots, dashes and underscores',
    meaning: 'The anthropic-beta value added to requests that go out on an OAuth account.',
    why: 'The upstream asks for a newer one.',
  }),
  unknown_paths: choice(['relay', 'refuse'], 'relay', {
    meaning: 'What happens to paths below /v1 other than messages, models, batches and files.',
    why: 'refuse allows only the paths Headgate knows.',
  }),
  proxy_url: optionalText(z.string().refine(isProxyUrl), {
    allowed: 'an http or https URL with no path, such as http://proxy.example.org:3128; user:password@ may stand before the host',
    meaning: 'Proxy through which the upstream and the token endpoint are reached, by CONNECT. Without it, HTTPS_PROXY counts.',
    defaultMeaning: 'HTTPS_PROXY, else none',
    why: 'Only a proxy leads out of your network. Credentials stay inside TLS; the proxy sees host names only.',
    secret: true,
  }),
  no_proxy: list(z.string().refine(isUnproxiedHost), {
    max: 100,
    allowed: 'host names, .domains, addresses, host:port, or * for all',
    meaning: 'Hosts that are reached without the proxy, besides this machine itself. Without it, NO_PROXY counts.',
    why: 'An upstream or a token endpoint inside your network.',
  }),
} as const;
