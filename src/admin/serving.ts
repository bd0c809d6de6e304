/** Would selection take this account now, and if not, all that stands in the way, with what can be done about it. */
import { type Request, type RequestHandler, Router } from 'express';
import type { z } from 'zod';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import { servingQuerySchema, servingSchema } from '../contract/accounts.ts';
import { type Account, healthOf, type InvalidReason } from '../core/account.ts';
import { modelFamily } from '../core/model-family.ts';
import type { Obstacle } from '../core/obstacles.ts';
import type { EpochMs, Now } from '../core/time.ts';
import { redactText } from '../observability/redact.ts';
import { onlyMethods, parse } from './admin-error.ts';
import { instant, optionalInstant } from './present.ts';
import { LIMITS, pauseOf, REFUSALS } from './status-words.ts';

export interface ServingDeps {
  readonly pool: Pick<AccountPool, 'obstacles'>;
  readonly tokens: Pick<TokenManager, 'whyNoToken'>;
  readonly now: Now;
}

type Reason = z.output<typeof servingSchema>['reasons'][number];

/** `accountOf` finds the account of the path. @throws AdminError 404 */
export function createServingRoute(deps: ServingDeps, accountOf: (req: Request) => Account): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/accounts/:id/serving', explain(deps, accountOf)).all('/accounts/:id/serving', onlyMethods('GET'));
  return router;
}

const explain =
  ({ pool, tokens, now }: ServingDeps, accountOf: (req: Request) => Account): RequestHandler =>
  (req, res) => {
    const { model = null } = parse(servingQuerySchema, req.query);
    const account = accountOf(req);
    const at = now();
    const family = modelFamily(model);
    const obstacles = pool.obstacles(account.id, family) ?? [];
    const noToken = healthOf(account).state === 'invalid' ? null : tokens.whyNoToken(account.id);
    const reasons = [
      ...obstacles.map((obstacle) => reasonFor(obstacle, account, { at, family })),
      ...(noToken === null ? [] : [withoutToken(noToken, account)]),
    ];
    res.json(
      servingSchema.parse({
        account_id: account.id,
        at: instant(at),
        can_serve: reasons.length === 0,
        model,
        reasons,
        next_chance_at: optionalInstant(nextChance([...obstacles, ...(noToken ? [noToken] : [])])),
      }),
    );
  };

/** Only when everything that stands in the way goes by itself. */
function nextChance(obstacles: readonly { readonly until: EpochMs | null }[]): EpochMs | null {
  const ends = obstacles.map(({ until }) => until);
  return ends.length === 0 || ends.includes(null) ? null : Math.max(...ends.map((end) => end ?? 0));
}

function reasonFor(
  { exclusion, until }: Obstacle,
  account: Account,
  { at, family }: { readonly at: EpochMs; readonly family: string | null },
): Reason {
  const health = healthOf(account);
  // What hangs on other requests ends at no known instant.
  const ends = until === null || until <= at ? null : instant(until);
  switch (exclusion) {
    case 'inactive':
      return { code: exclusion, message: pauseOf(account) ?? 'Switched off.', remedy: 'Enable it.', until: null };
    case 'invalid': {
      const reason = health.state === 'invalid' ? health.reason : 'credential_rejected';
      return { code: exclusion, message: REFUSALS[reason], remedy: remedyFor(reason, account), until: null };
    }
    case 'rate_limited': {
      const message = health.state === 'rate_limited' ? LIMITS[health.cause] : 'It is in a cooldown.';
      return { code: exclusion, message, remedy: 'Clear the limit if you know that it does not hold any more.', until: ends };
    }
    case 'family_benched':
      return {
        code: exclusion,
        message: `Its quota for ${family ?? 'such'} models is used up; others it serves.`,
        remedy: null,
        until: ends,
      };
    case 'busy':
      return {
        code: exclusion,
        message: 'It serves as many requests at once as it may.',
        remedy: 'Raise its max_concurrency, or accounts.max_concurrency.',
        until: ends,
      };
    case 'on_probation':
      return {
        code: exclusion,
        message: 'Its cooldown is just over, and one request tries it first.',
        remedy: null,
        until: ends,
      };
    case 'over_share':
      return {
        code: exclusion,
        message: 'As much of its quota is used as Headgate may use.',
        remedy: 'Raise its max_utilization, or accounts.max_utilization.',
        until: ends,
      };
  }
}

const withoutToken = (
  { message, until }: { readonly message: string; readonly until: EpochMs | null },
  { kind }: Account,
): Reason => ({
  code: 'no_token',
  message: `There is no token to send: ${redactText(message)}.`,
  remedy: until === null ? newCredential(kind) : 'Refresh it now if you cannot wait.',
  until: optionalInstant(until),
});

const newCredential = (kind: Account['kind']): string =>
  kind === 'oauth' ? 'Authorize the account again.' : kind === 'api_key' ? 'Give it a new API key.' : 'Give it a new token.';

const remedyFor = (reason: InvalidReason, { kind }: Account): string =>
  reason === 'credential_rejected' || reason === 'refresh_lost' || reason === 'inference_withheld' || reason === 'restored'
    ? newCredential(kind)
    : 'Settle it with the provider, then refresh the account.';
