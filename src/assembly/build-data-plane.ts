/** Builds the walk of a request, and those who want to know how it ended. */
import { createConversationPins } from '../accounts/conversation-pins.ts';
import { createStrikes } from '../accounts/strikes.ts';
import { derived } from '../config/live-config.ts';
import type { Config } from '../config/schema.ts';
import { RetryBudget } from '../core/retry-budget.ts';
import type { Now } from '../core/time.ts';
import { createClientAuth } from '../gateway/authenticate-client.ts';
import { createCircuits } from '../gateway/circuits.ts';
import { createHop } from '../gateway/forward.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import type { Hop } from '../gateway/hop.ts';
import { createBodyBudget } from '../gateway/read-body.ts';
import { createVerdicts } from '../gateway/verdicts.ts';
import type { AttemptRules } from '../gateway/walk.ts';
import { newId } from '../new-id.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { createRecentRequests } from '../requests/recent-requests.ts';
import { createRequestRecorder, logRequests } from '../requests/request-recorder.ts';
import { createUsageTotals } from '../requests/usage-totals.ts';
import type { ClientSessions } from '../sessions/client-sessions.ts';
import type { AccountParts } from './build-accounts.ts';
import { delay } from './delay.ts';
import { outboundProxyOf } from './outbound.ts';

export interface DataPlaneDeps extends Pick<AccountParts, 'pool' | 'keys' | 'tokens' | 'owners'> {
  readonly clients: ClientSessions;
  readonly config: () => Config;
  readonly log: Logger;
  readonly now: () => number;
  readonly steady: () => number;
  readonly isRefusing: () => boolean;
}

export function buildDataPlane({ config, log, now, steady, pool, keys, tokens, owners, clients, isRefusing }: DataPlaneDeps) {
  let gateway: Gateway | null = null;
  const bodies = createBodyBudget(
    derived(config, ({ server }) => ({ maxBodyBytes: server.maxBodyBytes, maxBufferedBytes: server.maxBufferedBytes })),
  );
  const circuits = createCircuits(now);
  const metrics = createMetrics({
    accounts: () => pool.list(),
    inFlight: () => gateway?.inFlight() ?? 0,
    heldBytes: () => bodies.heldBytes,
    circuits: () => circuits.states(),
    droppedLogLines: () => log.dropped(),
  });
  const totals = createUsageTotals(now);
  const recent = createRecentRequests();
  const recorders = [logRequests(log), { record: metrics.request }, totals, recent];
  pool.onChange(({ type }) => {
    if (type === 'refreshed') metrics.refresh('refreshed');
    if (type === 'refresh_failed') metrics.refresh('failed');
    if (type === 'credential_rejected') metrics.refresh('rejected');
  });
  const pins = createConversationPins(steady, () => config().balancer.affinityTtlMs);
  const strikes = createStrikes();
  pool.onChange(({ type }, { id }) => {
    if (type === 'reauthorized' || type === 'removed') strikes.clear(id);
    if (type === 'removed') pins.evict(id);
  });
  const auth = createClientAuth({
    keys,
    now,
    keyRequired: () => config().auth.requireClientKey,
    onFailure: () => metrics.failedKey(),
  });
  const hop = hopWith(config, now);
  gateway = createGateway({
    auth,
    keys,
    sessions: clients,
    owners,
    publicUrl: () => config().server.publicUrl ?? null,
    bodies,
    recorder: createRequestRecorder(log, recorders),
    log,
    isDraining: isRefusing,
    settings: derived(config, ({ balancer, claude }) => ({
      policy: balancer.policy,
      moveCold: balancer.moveCold,
      affinity: balancer.affinity,
      unknownPaths: claude.unknownPaths,
    })),
    pool,
    tokens,
    pins,
    circuits,
    budget: new RetryBudget(),
    strikes,
    verdicts: createVerdicts({ pool, strikes, now, newId, defaultCooldownMs: () => config().accounts.defaultCooldownMs }),
    hop,
    now,
    random: Math.random,
    delay,
    rules: derived(config, rulesOf),
    refreshBufferMs: () => config().accounts.refreshBufferMs,
  });
  return { gateway, hop, metrics, totals, recent, recorders, auth };
}

function hopWith(config: () => Config, now: Now): Hop {
  return createHop({
    baseUrl: () => config().claude.baseUrl,
    timeouts: derived(config, ({ server }) => ({
      connectMs: server.connectTimeoutMs,
      responseMs: server.responseTimeoutMs,
      streamIdleMs: server.streamIdleTimeoutMs,
    })),
    oauthBeta: () => config().claude.oauthBeta,
    stripRateLimits: () => config().server.rateLimitHeaders === 'strip',
    proxy: outboundProxyOf(config),
    now,
  });
}

const rulesOf = ({ accounts, retry }: Config): AttemptRules => ({
  judging: { defaultCooldownMs: accounts.defaultCooldownMs, allowOverage: accounts.allowOverage },
  planning: {
    retriesEnabled: retry.enabled,
    maxAttempts: retry.maxAttempts,
    maxElapsedMs: retry.maxElapsedMs,
    repeatAmbiguous: retry.ambiguous,
  },
  backoff: { baseMs: retry.baseDelayMs, maxMs: retry.maxDelayMs },
  waitForAccountMs: retry.waitForAccountMs,
});

export type DataPlane = ReturnType<typeof buildDataPlane>;
