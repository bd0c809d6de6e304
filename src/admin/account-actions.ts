/** What can be done to one account beside changing it, and what was done. */
import { Router } from 'express';
import type { AccountEventRecord } from '../accounts/account-event-record.ts';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import type { WindowHistory } from '../accounts/window-history.ts';
import {
  accountEventListSchema,
  accountEventSort,
  accountSchema,
  eventFilterSchema,
  refreshResultSchema,
  testAccountSchema,
  testResultSchema,
  windowHistorySchema,
} from '../contract/accounts.ts';
import type { Now } from '../core/time.ts';
import type { AccountReader } from './account-reader.ts';
import { onlyMethods, parse, refuseDeclared } from './admin-error.ts';
import { actorOf } from './authorize-admin.ts';
import { orderBy, pageOf, takeFilters } from './list-page.ts';
import { type PreferDeps, preferAccount } from './prefer-account.ts';
import { instant, presentEvent } from './present.ts';
import { refuseStale, tellRevision } from './revision.ts';
import { type TestAccountDeps, testAccount } from './test-account.ts';

export interface AccountActionsDeps extends TestAccountDeps, Pick<PreferDeps, 'live'> {
  readonly pool: Pick<AccountPool, 'history' | 'applyDurably' | 'clearBenches'> & TestAccountDeps['pool'] & PreferDeps['pool'];
  readonly tokens: Pick<TokenManager, 'refreshNow'> & TestAccountDeps['tokens'];
  readonly windowHistory: Pick<WindowHistory, 'of'>;
  readonly now: Now;
}

const HISTORY_ORDER = orderBy(accountEventSort, { at: ({ at }: AccountEventRecord) => at });

export function createAccountActions(deps: AccountActionsDeps, { view, accountOf }: AccountReader): Router {
  const { pool, tokens, now } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/accounts/:id/refresh', async (req, res) => {
    const outcome = await tokens.refreshNow(accountOf(req).id);
    const message = outcome.kind === 'failed' ? outcome.message : null;
    res.json(refreshResultSchema.parse({ result: outcome.kind, message, account: view(accountOf(req)) }));
  });
  router.all('/accounts/:id/refresh', onlyMethods('POST'));
  router.post('/accounts/:id/clear-limit', async (req, res) => {
    const { id } = accountOf(req);
    pool.clearBenches(id);
    await pool.applyDurably(id, { type: 'limit_cleared', at: now() }, { summary: `limit cleared by ${actorOf(res).name}` });
    res.json(accountSchema.parse(view(accountOf(req))));
  });
  router.all('/accounts/:id/clear-limit', onlyMethods('POST'));
  router.post('/accounts/:id/prefer', async (req, res) => {
    const account = accountOf(req);
    refuseDeclared(account, 'accounts.static');
    refuseStale(req, account);
    await preferAccount(deps, account, actorOf(res).name);
    res.json(accountSchema.parse(tellRevision(res, view(accountOf(req)))));
  });
  router.all('/accounts/:id/prefer', onlyMethods('POST'));
  router.post('/accounts/:id/test', async (req, res) => {
    const { model = null } = parse(testAccountSchema, req.body);
    const { errorType, durationMs, ...outcome } = await testAccount(deps, accountOf(req), model);
    const account = view(accountOf(req));
    res.json(testResultSchema.parse({ ...outcome, error_type: errorType, model, duration_ms: durationMs, account }));
  });
  router.all('/accounts/:id/test', onlyMethods('POST'));
  router.get('/accounts/:id/events', (req, res) => {
    const { filters, rest } = takeFilters(eventFilterSchema, req.query);
    const types = filters.type?.split(',');
    const history = pool.history(accountOf(req).id).filter(({ type }) => types?.includes(type) ?? true);
    const page = pageOf(history, rest, HISTORY_ORDER);
    res.json(accountEventListSchema.parse({ ...page, data: page.data.map(presentEvent) }));
  });
  router.all('/accounts/:id/events', onlyMethods('GET'));
  router.get('/accounts/:id/windows', (req, res) => {
    const data = deps.windowHistory.of(accountOf(req).id).map(({ name, samples }) => ({
      name,
      points: samples.map(([at, utilization]) => ({ at: instant(at), utilization })),
    }));
    res.json(windowHistorySchema.parse({ data }));
  });
  router.all('/accounts/:id/windows', onlyMethods('GET'));
  return router;
}
