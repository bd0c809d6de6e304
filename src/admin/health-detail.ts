/** What the operator is told by `GET /health` beside the one word: how the accounts are, and what failed last. */
import type { AccountPool } from '../accounts/account-pool.ts';
import { type HealthDetail, healthDetailSchema } from '../contract/health.ts';
import type { Account } from '../core/account.ts';
import { outlookOf } from '../core/pool-outlook.ts';
import type { EpochMs, Now } from '../core/time.ts';
import { redactText } from '../observability/redact.ts';
import type { RecentRequests } from '../requests/recent-requests.ts';
import type { RequestRecord } from '../requests/request-record.ts';
import { instant } from './present.ts';

export interface HealthDetailDeps {
  readonly pool: Pick<AccountPool, 'list'>;
  readonly requests: Pick<RecentRequests, 'list'>;
  readonly now: Now;
}

const MAX_ERRORS = 10;
const MAX_MESSAGE = 300;

type Failure = Omit<HealthDetail['last_errors'][number], 'at'> & { readonly at: EpochMs };

export function healthDetail({ pool, requests, now }: HealthDetailDeps): HealthDetail {
  const accounts = pool.list();
  const failed = requests.list().filter(hasFailed).slice(0, MAX_ERRORS).map(ofRequest);
  const errors = [...failed, ...accounts.flatMap(ofRefresh)].toSorted((a, b) => b.at - a.at).slice(0, MAX_ERRORS);
  return healthDetailSchema.parse({
    accounts: { total: accounts.length, ...outlookOf(accounts, now()).byState },
    last_errors: errors.map((error) => ({ ...error, at: instant(error.at) })),
  });
}

const hasFailed = ({ outcome, errorType, status }: RequestRecord): boolean =>
  outcome !== 'client_gone' && (errorType !== null || outcome === 'cut' || status >= 500);

const ofRequest = ({ id, startedAt, durationMs, attempts, status, errorType, outcome }: RequestRecord): Failure => ({
  at: startedAt + durationMs,
  kind: 'request',
  account: attempts.at(-1)?.accountName ?? null,
  request_id: id,
  status,
  message: errorType ?? outcome,
});

function ofRefresh({ name, lastRefreshError }: Account): readonly Failure[] {
  if (lastRefreshError === null) return [];
  const { at, message } = lastRefreshError;
  const said = redactText(message).slice(0, MAX_MESSAGE);
  return [{ at, kind: 'refresh', account: name, request_id: null, status: null, message: said }];
}
