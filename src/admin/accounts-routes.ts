/** Accounts: list, add, change, refresh, remove, and what happened to them. */
import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { Enrolled, Enrollment } from '../accounts/enroll-account.ts';
import {
  accountFilterSchema,
  accountListSchema,
  accountSchema,
  accountSort,
  createAccountSchema,
  createdAccountSchema,
  updateAccountSchema,
} from '../contract/accounts.ts';
import type { Account } from '../core/account.ts';
import { nameKey } from '../core/name-key.ts';
import type { Now } from '../core/time.ts';
import type { LoginEnd, LoginFlow } from '../oauth/login-flow.ts';
import { type AccountActionsDeps, createAccountActions } from './account-actions.ts';
import { type AccountReaderDeps, createAccountReader } from './account-reader.ts';
import { AdminError, conflict, futureOf, invalidField, onlyMethods, parse, refuseDeclared } from './admin-error.ts';
import { noteConcerned } from './audit/record-writes.ts';
import { actorOf } from './authorize-admin.ts';
import { orderBy, pageOf, takeFilters } from './list-page.ts';
import { refuseStale, tellRevision } from './revision.ts';
import { createServingRoute, type ServingDeps } from './serving.ts';
import { createUniqueNames, type UniqueNames } from './unique-names.ts';

export interface AccountRoutesDeps extends Pick<AccountActionsDeps, 'probeSettings' | 'live' | 'windowHistory'> {
  readonly pool: Pick<AccountPool, 'list' | 'edit'> &
    AccountReaderDeps['pool'] &
    AccountActionsDeps['pool'] &
    ServingDeps['pool'];
  readonly tokens: AccountActionsDeps['tokens'] & ServingDeps['tokens'];
  readonly logins: Pick<LoginFlow, 'finish'>;
  readonly enrollment: Pick<Enrollment, 'enrollGrant' | 'enrollSecret' | 'replaceSecret' | 'remove'>;
  readonly now: Now;
}

interface WithNames {
  readonly names: UniqueNames;
}

const ORDER = orderBy(accountSort, {
  created_at: ({ createdAt }: Account) => createdAt,
  name: ({ name }: Account) => nameKey(name),
  status: ({ status }: Account) => status.state,
  priority: ({ priority }: Account) => priority,
});

export function createAccountRoutes(deps: AccountRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const reader = createAccountReader(deps);
  const { view, settle, accountOf } = reader;
  const names = createUniqueNames('account', () => deps.pool.list());

  router.get('/accounts', (req, res) => {
    for (const { id } of deps.pool.list()) settle(id);
    const { filters, rest } = takeFilters(accountFilterSchema, req.query);
    const fits = ({ status, kind }: Account) =>
      status.state === (filters.status ?? status.state) && kind === (filters.kind ?? kind);
    const page = pageOf(deps.pool.list().filter(fits), rest, ORDER);
    res.json(accountListSchema.parse({ ...page, data: page.data.map(view) }));
  });
  router.post('/accounts', async (req, res) => {
    const { result, account, asked } = await add({ ...deps, names }, req, res);
    noteConcerned(res, account.id);
    if (result === 'other_created' || result === 'other_reauthorized') throw otherIdentity(result, account, asked);
    res.status(result === 'created' ? 201 : 200).json(createdAccountSchema.parse({ result, account: view(account) }));
  });
  router.all('/accounts', onlyMethods('GET', 'POST'));

  router.get('/accounts/:id', (req, res) => void res.json(accountSchema.parse(tellRevision(res, view(accountOf(req))))));
  /** In the same turn as the first change, so that nobody gets between. @throws AdminError 404, 409 or 412 */
  const changeable = (req: Request): Account => {
    const account = accountOf(req);
    refuseDeclared(account, 'accounts.static');
    refuseStale(req, account);
    return account;
  };
  const change = async (req: Request, res: Response) => {
    const account = changeable(req);
    await update({ ...deps, names }, account, req, res);
    res.json(accountSchema.parse(tellRevision(res, view(accountOf(req)))));
  };
  router.patch('/accounts/:id', change).put('/accounts/:id', change);
  router.delete('/accounts/:id', async (req, res) => {
    await deps.enrollment.remove(changeable(req).id, { summary: `removed by ${actorOf(res).name}` });
    res.status(204).end();
  });
  router.all('/accounts/:id', onlyMethods('GET', 'PATCH', 'PUT', 'DELETE'));
  return router.use(createAccountActions(deps, reader)).use(createServingRoute(deps, reader.accountOf));
}

/** @throws AdminError for what the authorization server, or a name that is taken, makes impossible; StorageError */
async function add(
  { logins, enrollment, now, names }: AccountRoutesDeps & WithNames,
  req: Request,
  res: Response,
): Promise<Enrolled> {
  const wanted = parse(createAccountSchema, req.body);
  const by = actorOf(res).name;
  if (wanted.kind === 'api_key' || wanted.kind === 'oauth_static') {
    const { name, kind } = wanted;
    const secret =
      wanted.kind === 'api_key'
        ? { secret: wanted.api_key }
        : { secret: wanted.access_token, expiresAt: futureOf(wanted.expires_at, now()) };
    const account = await names.claim({ name }, () =>
      enrollment.enrollSecret({ name, kind, ...secret }, { summary: `added by ${by}` }),
    );
    return { result: 'created', account };
  }
  // A code that is spent cannot be given back, so logins get a number behind a name that is taken; whoever can choose again has to.
  const login = await logins.finish({ code: wanted.code, state: wanted.state });
  if (login.kind !== 'granted') throw notGranted(login);
  const intent = wanted.name === undefined ? login.intent : { ...login.intent, name: wanted.name };
  // The same words whether the account is new or renewed.
  return enrollment.enrollGrant({ ...login, intent }, { summary: `login finished by ${by}` });
}

function notGranted({ kind, message }: Exclude<LoginEnd, { kind: 'granted' }>): AdminError {
  switch (kind) {
    case 'unknown_state':
      return new AdminError(400, 'invalid_request_error', message, { fields: [{ path: 'state', message }] });
    case 'wrong_code':
      return new AdminError(400, 'invalid_request_error', message, { fields: [{ path: 'code', message }] });
    case 'refused':
      return conflict(message);
    case 'unavailable':
      return new AdminError(502, 'api_error', message);
  }
}

/** Both are told: what became of the login, and that the account it was for still waits for its own. */
function otherIdentity(result: Enrolled['result'], { name }: Account, asked: Account | undefined): AdminError {
  const kept =
    result === 'other_reauthorized'
      ? `"${name}", which was in the pool already, has a new login.`
      : `it is kept as the new account "${name}", switched off.`;
  const wanted = asked === undefined ? 'the account asked for' : `"${asked.name}"`;
  return conflict(
    `This was approved by another identity than that of ${wanted}, which is as it was. Nothing is lost: ${kept} Approve again, signed in at the provider as the owner of ${wanted}.`,
  );
}

const EDITABLE = ['name', 'priority', 'max_concurrency', 'max_utilization', 'allow_overage'] as const;

/** What was not sent stays; a limit that was sent as null is the configuration's again. */
function edited(account: Account, wanted: z.output<typeof updateAccountSchema>): Account {
  const { limits } = account;
  const { name = account.name, priority = account.priority } = wanted;
  const { max_concurrency: maxConcurrency = limits.maxConcurrency, max_utilization: maxUtilization = limits.maxUtilization } =
    wanted;
  const { allow_overage: allowOverage = limits.allowOverage } = wanted;
  return { ...account, name, priority, limits: { maxConcurrency, maxUtilization, allowOverage } };
}

/** Checks everything before it changes anything. */
async function update(deps: AccountRoutesDeps & WithNames, { id, kind }: Account, req: Request, res: Response): Promise<void> {
  const { pool, enrollment, now, names } = deps;
  const wanted = parse(updateAccountSchema, req.body);
  const { name, status, api_key, access_token } = wanted;
  if (api_key !== undefined && kind !== 'api_key') throw invalidField('api_key', `cannot be given to an account of kind ${kind}`);
  if (access_token !== undefined && kind !== 'oauth_static')
    throw invalidField('access_token', `cannot be given to an account of kind ${kind}`);

  const by = actorOf(res).name;
  const secret = api_key ?? access_token;
  if (EDITABLE.some((field) => wanted[field] !== undefined)) {
    const evidence = { summary: `edited by ${by}` };
    await names.claim({ name, ownId: id }, () => pool.edit(id, (account) => edited(account, wanted), evidence));
  }
  if (secret !== undefined) await enrollment.replaceSecret(id, { secret }, { summary: `new secret by ${by}` });
  if (status !== undefined) {
    const type = status === 'active' ? 'enabled' : 'disabled';
    await pool.applyDurably(id, { type, at: now() }, { summary: `${type} by ${by}` });
  }
}
