/** `GET /api/events/recent`: what happened to all accounts lately, in one list. */
import { Router } from 'express';
import type { AccountPool } from '../../accounts/account-pool.ts';
import { recentEventListSchema, recentEventsQuerySchema } from '../../contract/accounts.ts';
import { onlyMethods, parse } from '../admin-error.ts';
import { presentEvent } from '../present.ts';

export interface RecentEventsDeps {
  readonly pool: Pick<AccountPool, 'list' | 'history'>;
}

export function createRecentEventsRoute({ pool }: RecentEventsDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/events/recent', (req, res) => {
    const { limit } = parse(recentEventsQuerySchema, req.query);
    const data = pool
      .list()
      // Each history has its newest first, and more than these of one account cannot be among the newest of all.
      .flatMap(({ id, name }) =>
        pool
          .history(id)
          .slice(0, limit)
          .map((event) => ({ event, account: { id, name } })),
      )
      .toSorted(({ event: a }, { event: b }) => b.at - a.at)
      .slice(0, limit)
      .map(({ event, account }) => ({ ...presentEvent(event), account }));
    res.json(recentEventListSchema.parse({ data }));
  });
  router.all('/events/recent', onlyMethods('GET'));
  return router;
}
