/** An authorization server that others wrote and certified (oidc-provider), so that Headgate is not only tried against its own idea of one. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import type { OAuthSettings } from '../../src/oauth/oauth-settings.ts';

export interface SecondAuthorizationServer {
  readonly settings: OAuthSettings;
  /** Form bodies that the token endpoint received. */
  readonly bodies: readonly URLSearchParams[];
  /** Does what a browser does whose user approves. @returns the address the browser is sent to */
  approve(authorizationUrl: string): Promise<string>;
  close(): Promise<void>;
}

const SCOPE = 'user:profile user:inference';
const CLIENT_ID = 'second-client';

export async function secondAuthorizationServer(): Promise<SecondAuthorizationServer> {
  let provider: Provider;
  const bodies: URLSearchParams[] = [];
  const server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirectUri = `${issuer}/paste`;
  provider = newProvider(issuer, redirectUri);

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.url?.startsWith('/interaction/')) {
      await provider.interactionFinished(req, res, { login: { accountId: 'ada' }, consent: {} });
      return;
    }
    if (req.url === '/token') {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => bodies.push(new URLSearchParams(Buffer.concat(chunks).toString('utf8'))));
    }
    provider.callback()(req, res);
  }

  return {
    bodies,
    settings: {
      clientId: CLIENT_ID,
      authorizeUrl: `${issuer}/auth`,
      tokenUrl: `${issuer}/token`,
      redirectUri,
      scope: SCOPE,
      tokenRequestFormat: 'form',
      timeoutMs: 5000,
    },
    approve: (authorizationUrl) => followRedirects(authorizationUrl, redirectUri),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function newProvider(issuer: string, redirectUri: string): Provider {
  const signingKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  return new Provider(issuer, {
    // What it would take by itself, but then it warns on the console.
    adapter: createMemoryAdapter(),
    jwks: { keys: [signingKey] },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        application_type: 'native',
        id_token_signed_response_alg: 'ES256',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [redirectUri],
      },
    ],
    scopes: SCOPE.split(' '),
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['only for tests'] },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, RefreshToken: 86_400, Interaction: 600, Session: 600, Grant: 86_400 },
    findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope(SCOPE);
      await grant.save();
      return grant;
    },
  });
}

/** Follows as a browser does, cookies included, until the address begins with `end`. */
async function followRedirects(start: string, end: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops += 1) {
    if (url.startsWith(end)) return url;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(url, { redirect: 'manual', headers: { cookie, connection: 'close' } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = reply.headers.get('location');
    if (!location) throw new Error(`${url} answered ${reply.status}: ${(await reply.text()).slice(0, 500)}`);
    url = new URL(location, url).href;
  }
  throw new Error('too many redirects');
}
