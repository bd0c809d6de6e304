/** The start of a login: hands out the address where its owner approves. */
import { type Request, Router } from 'express';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { LiveConfig } from '../config/live-config.ts';
import { authorizeSchema, loginSchema } from '../contract/accounts.ts';
import type { LoginFlow } from '../oauth/login-flow.ts';
import type { LoginIntent } from '../oauth/pending-logins.ts';
import { conflict, invalidField, notConfigured, notFound, onlyMethods, parse } from './admin-error.ts';
import { noteConcerned } from './audit/record-writes.ts';
import { type AdminAuthDeps, ownOriginOf } from './authorize-admin.ts';
import type { LoginHomes } from './login-homes.ts';
import { instant } from './present.ts';

export interface OAuthRoutesDeps extends Pick<AdminAuthDeps, 'publicUrl'> {
  readonly pool: Pick<AccountPool, 'get'>;
  readonly logins: Pick<LoginFlow, 'begin'>;
  readonly clientId: () => string | undefined;
  readonly live: Pick<LiveConfig, 'set'>;
  /** Shared with the callback page. */
  readonly homes: Pick<LoginHomes, 'remember'>;
}

export function createOAuthRoutes(deps: OAuthRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/oauth/authorize', async (req, res) => {
    const intent = await intentOf(deps, req);
    if (intent.accountId !== undefined) noteConcerned(res, intent.accountId);
    const login = await deps.logins.begin(intent);
    if (login.kind === 'not_configured') throw notConfigured();
    const { authorizationUrl, state, expiresAt } = login;
    const origin = ownOriginOf(req, deps);
    if (origin !== null) deps.homes.remember(state, origin);
    res.json(loginSchema.parse({ authorization_url: authorizationUrl, state, expires_at: instant(expiresAt) }));
  });
  router.all('/oauth/authorize', onlyMethods('POST'));
  return router;
}

async function intentOf({ pool, clientId, live }: OAuthRoutesDeps, req: Request): Promise<LoginIntent> {
  const wanted = parse(authorizeSchema, req.body);
  const account = wanted.account_id === undefined ? null : pool.get(wanted.account_id);
  if (account === undefined) throw notFound('account', 'account_id');
  if (account !== null && account.kind !== 'oauth')
    throw invalidField('account_id', `names an account of kind ${account.kind}, which has no login`);
  const known = clientId();
  if (known !== undefined && wanted.client_id !== undefined && wanted.client_id !== known)
    throw conflict('Another oauth.client_id is configured already. Change it in the configuration.');
  if (known === undefined && wanted.client_id !== undefined) await storeClientId(live, wanted.client_id);
  return {
    ...(account === null ? {} : { accountId: account.id }),
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    ...(wanted.organization_uuid === undefined ? {} : { organizationUuid: wanted.organization_uuid }),
  };
}

/** As a setting, so that it is asked for once. */
async function storeClientId(live: OAuthRoutesDeps['live'], clientId: string): Promise<void> {
  const change = await live.set({ 'oauth.client_id': clientId });
  if (change.kind === 'fixed') throw conflict(`oauth.client_id cannot be set here. ${change.why}`);
  if (change.kind !== 'changed') throw invalidField('client_id', 'is refused by the configuration');
}
