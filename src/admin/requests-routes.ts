/** Why did a request go where it went? */
import { Router } from 'express';
import { requestWhySchema } from '../contract/requests.ts';
import type { RecentRequests } from '../requests/recent-requests.ts';
import type { AttemptRecord, RequestRecord } from '../requests/request-record.ts';
import { notFound, onlyMethods } from './admin-error.ts';
import { instant } from './present.ts';

export interface RequestRoutesDeps {
  readonly requests: Pick<RecentRequests, 'get'>;
}

export function createRequestRoutes({ requests }: RequestRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/requests/:id/why', (req, res) => {
    const request = requests.get(String(req.params['id']));
    if (!request) throw notFound('request among the last ones');
    res.json(requestWhySchema.parse(whyOf(request)));
  });
  router.all('/requests/:id/why', onlyMethods('GET'));
  return router;
}

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
