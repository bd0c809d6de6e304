/** Accounts: list, add, change, refresh, remove, and what happened to them. */
import { type Request, type Response, Router } from 'express';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { Enrolled, Enrollment } from '../accounts/enroll-account.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import {
  accountEventListSchema,
  accountListSchema,
  accountSchema,
  createAccountSchema,
  createdAccountSchema,
  refreshResultSchema,
  updateAccountSchema,
} from '../contract/accounts.ts';
import type { Account } from '../core/account.ts';
import type { Now } from '../core/time.ts';
import type { LoginFlow } from '../oauth/login-flow.ts';
import { AdminError, conflict, invalidField, notFound, onlyMethods, parse } from './admin-error.ts';
import { actorOf } from './authorize-admin.ts';
import { pageOf } from './list-page.ts';
import { presentAccount, presentEvent } from './present.ts';

export interface AccountRoutesDeps {
  readonly pool: Pick<
    AccountPool,
    'list' | 'get' | 'history' | 'countersOf' | 'inFlight' | 'apply' | 'applyDurably' | 'edit' | 'clearBenches'
  >;
  readonly tokens: Pick<TokenManager, 'refreshNow'>;
  readonly logins: Pick<LoginFlow, 'finish'>;
  readonly enrollment: Pick<Enrollment, 'enrollGrant' | 'enrollSecret' | 'replaceSecret' | 'remove'>;
  readonly now: Now;
}

const SORTERS = {
  created_at: ({ createdAt }: Account) => createdAt,
  name: ({ name }: Account) => name,
  status: ({ status }: Account) => status.state,
  priority: ({ priority }: Account) => priority,
};

export function createAccountRoutes(deps: AccountRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { pool } = deps;
  const view = (account: Account) =>
    presentAccount({ account, counters: pool.countersOf(account.id), inFlight: pool.inFlight(account.id) });

  /** The account of the path, with a cooldown that has elapsed counted as over. @throws AdminError 404 */
  function accountOf(req: Request): Account {
    const id = String(req.params['id']);
    pool.apply(id, { type: 'cooldown_elapsed', at: deps.now() }, { summary: 'the cooldown is over' });
    const account = pool.get(id);
    if (!account) throw notFound('account');
    return account;
  }

  router.get('/accounts', (req, res) => {
    for (const { id } of pool.list())
      pool.apply(id, { type: 'cooldown_elapsed', at: deps.now() }, { summary: 'the cooldown is over' });
    const page = pageOf(pool.list(), req.query, SORTERS);
    res.json(accountListSchema.parse({ ...page, data: page.data.map(view) }));
  });
  router.post('/accounts', async (req, res) => {
    const { result, account } = await add(deps, req, res);
    if (result === 'mismatch') throw otherIdentity(account);
    res.status(result === 'created' ? 201 : 200).json(createdAccountSchema.parse({ result, account: view(account) }));
  });
  router.all('/accounts', onlyMethods('GET', 'POST'));

  router.get('/accounts/:id', (req, res) => void res.json(accountSchema.parse(view(accountOf(req)))));
  const change = async (req: Request, res: Response) => {
    const account = accountOf(req);
    await update(deps, account, req, res);
    res.json(accountSchema.parse(view(accountOf(req))));
  };
  router.patch('/accounts/:id', change).put('/accounts/:id', change);
  router.delete('/accounts/:id', async (req, res) => {
    await deps.enrollment.remove(accountOf(req).id, { summary: `removed by ${actorOf(res).name}` });
    res.status(204).end();
  });
  router.all('/accounts/:id', onlyMethods('GET', 'PATCH', 'PUT', 'DELETE'));

  router.post('/accounts/:id/refresh', async (req, res) => {
    const { id } = accountOf(req);
    const outcome = await deps.tokens.refreshNow(id);
    const message = outcome.kind === 'failed' ? outcome.message : null;
    res.json(refreshResultSchema.parse({ result: outcome.kind, message, account: view(accountOf(req)) }));
  });
  router.all('/accounts/:id/refresh', onlyMethods('POST'));
  router.post('/accounts/:id/clear-limit', async (req, res) => {
    const { id } = accountOf(req);
    pool.clearBenches(id);
    await pool.applyDurably(id, { type: 'limit_cleared', at: deps.now() }, { summary: `limit cleared by ${actorOf(res).name}` });
    res.json(accountSchema.parse(view(accountOf(req))));
  });
  router.all('/accounts/:id/clear-limit', onlyMethods('POST'));
  router.get('/accounts/:id/events', (req, res) => {
    const page = pageOf(pool.history(accountOf(req).id), req.query, { at: ({ at }) => at });
    res.json(accountEventListSchema.parse({ ...page, data: page.data.map(presentEvent) }));
  });
  router.all('/accounts/:id/events', onlyMethods('GET'));
  return router;
}

async function add({ logins, enrollment }: AccountRoutesDeps, req: Request, res: Response): Promise<Enrolled> {
  const wanted = parse(createAccountSchema, req.body);
  const evidence = { summary: `added by ${actorOf(res).name}` };
  if (wanted.kind === 'api_key') {
    return {
      result: 'created',
      account: await enrollment.enrollSecret({ name: wanted.name, kind: wanted.kind, secret: wanted.api_key }, evidence),
    };
  }
  if (wanted.kind === 'oauth_static') {
    const expiresAt = wanted.expires_at ? Date.parse(wanted.expires_at) : null;
    return {
      result: 'created',
      account: await enrollment.enrollSecret(
        { name: wanted.name, kind: wanted.kind, secret: wanted.access_token, expiresAt },
        evidence,
      ),
    };
  }
  const login = await logins.finish({ code: wanted.code, state: wanted.state });
  switch (login.kind) {
    case 'granted':
      return enrollment.enrollGrant(
        wanted.name === undefined ? login : { ...login, intent: { ...login.intent, name: wanted.name } },
        evidence,
      );
    case 'unknown_state':
      throw invalidField('state', login.message);
    case 'wrong_code':
      throw invalidField('code', login.message);
    case 'refused':
      throw conflict(login.message);
    case 'unavailable':
      throw new AdminError(502, 'api_error', login.message);
  }
}

const otherIdentity = ({ name }: Account): AdminError =>
  conflict(
    `The login was for another identity than this account's. Nothing is lost: it is kept as the inactive account "${name}".`,
  );

async function update(
  { pool, enrollment, now }: AccountRoutesDeps,
  { id, kind, name: oldName }: Account,
  req: Request,
  res: Response,
): Promise<void> {
  const { name, status, priority, api_key, access_token } = parse(updateAccountSchema, req.body);
  const by = actorOf(res).name;
  const secret = api_key ?? access_token;
  if (api_key !== undefined && kind !== 'api_key') throw invalidField('api_key', `cannot be given to an account of kind ${kind}`);
  if (access_token !== undefined && kind !== 'oauth_static')
    throw invalidField('access_token', `cannot be given to an account of kind ${kind}`);
  const isTaken =
    name !== undefined &&
    name !== oldName &&
    pool.list().some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase());
  if (isTaken) throw conflict(`There is another account named "${name}".`);
  if (name !== undefined || priority !== undefined) {
    await pool.edit(id, (account) => ({ ...account, name: name ?? account.name, priority: priority ?? account.priority }), {
      summary: `edited by ${by}`,
    });
  }
  if (secret !== undefined) await enrollment.replaceSecret(id, { secret }, { summary: `new secret by ${by}` });
  if (status !== undefined) {
    const type = status === 'active' ? 'enabled' : 'disabled';
    await pool.applyDurably(id, { type, at: now() }, { summary: `${type} by ${by}` });
  }
}
