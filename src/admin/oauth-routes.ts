/** The start of a login: hands out the address where its owner approves. */
import { type Request, Router } from 'express';
import type { AccountPool } from '../accounts/account-pool.ts';
import { authorizeSchema, loginSchema } from '../contract/accounts.ts';
import type { LoginFlow } from '../oauth/login-flow.ts';
import type { LoginIntent } from '../oauth/pending-logins.ts';
import { notConfigured, notFound, onlyMethods, parse } from './admin-error.ts';
import { instant } from './present.ts';

export interface OAuthRoutesDeps {
  readonly pool: Pick<AccountPool, 'get'>;
  readonly logins: Pick<LoginFlow, 'begin'>;
  readonly clientId: () => string | undefined;
  /** Keeps the client id as a setting. @throws StorageError */
  readonly storeClientId: (clientId: string) => Promise<void>;
}

export function createOAuthRoutes(deps: OAuthRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/oauth/authorize', async (req, res) => {
    const login = await deps.logins.begin(await intentOf(deps, req));
    if (login.kind === 'not_configured') throw notConfigured();
    const { authorizationUrl, state, expiresAt } = login;
    res.json(loginSchema.parse({ authorization_url: authorizationUrl, state, expires_at: instant(expiresAt) }));
  });
  router.all('/oauth/authorize', onlyMethods('POST'));
  return router;
}

async function intentOf({ pool, clientId, storeClientId }: OAuthRoutesDeps, req: Request): Promise<LoginIntent> {
  const wanted = parse(authorizeSchema, req.body);
  if (wanted.account_id !== undefined && !pool.get(wanted.account_id)) throw notFound('account');
  if (wanted.client_id !== undefined && clientId() === undefined) await storeClientId(wanted.client_id);
  return {
    ...(wanted.account_id === undefined ? {} : { accountId: wanted.account_id }),
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    ...(wanted.organization_uuid === undefined ? {} : { organizationUuid: wanted.organization_uuid }),
  };
}
