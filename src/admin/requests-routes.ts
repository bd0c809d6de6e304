/** The last requests, and why each of them went where it went. */
import { Router } from 'express';
import type { z } from 'zod';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { requestFilterSchema, requestListSchema, requestSort, requestWhySchema } from '../contract/requests.ts';
import type { RecentRequests } from '../requests/recent-requests.ts';
import type { AttemptRecord, RequestRecord } from '../requests/request-record.ts';
import { notFound, onlyMethods } from './admin-error.ts';
import { orderBy, pageOf, takeFilters } from './list-page.ts';
import { instant } from './present.ts';
import { presentRequest } from './present-request.ts';

export interface RequestRoutesDeps {
  readonly requests: Pick<RecentRequests, 'get' | 'list'>;
  readonly keys: Pick<KeyRing, 'get'>;
}

const ORDER = orderBy(requestSort, {
  ended_at: ({ startedAt, durationMs }: RequestRecord) => startedAt + durationMs,
  started_at: ({ startedAt }: RequestRecord) => startedAt,
  duration_ms: ({ durationMs }: RequestRecord) => durationMs,
});

export function createRequestRoutes({ requests, keys }: RequestRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/requests', (req, res) => {
    const { filters, rest } = takeFilters(requestFilterSchema, req.query);
    const page = pageOf(
      requests.list().filter((request) => fits(request, filters)),
      rest,
      ORDER,
    );
    const keyName = (id: string) => keys.get(id)?.name;
    res.json(requestListSchema.parse({ ...page, data: page.data.map((request) => presentRequest(request, keyName)) }));
  });
  router.all('/requests', onlyMethods('GET'));
  router.get('/requests/:id/why', (req, res) => {
    const request = requests.get(String(req.params['id']));
    if (!request) throw notFound('request among the last ones');
    res.json(requestWhySchema.parse(whyOf(request)));
  });
  router.all('/requests/:id/why', onlyMethods('GET'));
  return router;
}

const fits = (
  { apiKeyId, attempts, outcome }: RequestRecord,
  { account_id, key_id, outcome: wanted }: z.output<typeof requestFilterSchema>,
): boolean =>
  (account_id === undefined || attempts.some(({ accountId }) => accountId === account_id)) &&
  (key_id === undefined || apiKeyId === key_id) &&
  (wanted === undefined || outcome === wanted);

const whyOf = (request: RequestRecord) => ({
  id: request.id,
  correlation_id: request.correlationId,
  started_at: instant(request.startedAt),
  method: request.method,
  path: request.path,
  model: request.model,
  policy: request.policy,
  has_conversation: request.hasConversation,
  waited_for_account: request.waited,
  status: request.status,
  outcome: request.outcome,
  error_type: request.errorType,
  attempts: request.attempts.map(attemptOf),
  duration_ms: request.durationMs,
});

const attemptOf = (attempt: AttemptRecord) => ({
  account: { id: attempt.accountId, name: attempt.accountName },
  chosen_by: attempt.why,
  candidates: attempt.considered.map(({ accountId, accountName, exclusion, score }) => ({
    account: { id: accountId, name: accountName },
    excluded: exclusion,
    score,
  })),
  row: attempt.row,
  status: attempt.status,
  upstream_request_id: attempt.upstreamRequestId,
  may_be_billed: attempt.mayBeBilled,
  started_at: instant(attempt.startedAt),
  duration_ms: attempt.durationMs,
});
