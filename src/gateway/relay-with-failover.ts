/** Brings one request to its answer: the attempts, then either somebody's reply streamed on or an error of our own. */
import { staysHome } from '../core/affinity.ts';
import type { Ending } from '../core/attempt-plan.ts';
import { modelFamily } from '../core/model-family.ts';
import { outlookOf } from '../core/pool-outlook.ts';
import { type AttemptsEnd, makeAttempts } from './attempts.ts';
import {
  allBusy,
  circuitOpen,
  connectionBroke,
  type GatewayError,
  needsApiKeyAccount,
  noAccount,
  noReplyInTime,
  redirected,
} from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { RelayTaps } from './hop.ts';
import type { AttemptDeps } from './walk.ts';

/** @throws GatewayError when the answer is Headgate's own. Otherwise the exchange has ended when this resolves. */
export async function relayWithFailover(deps: AttemptDeps, exchange: Exchange): Promise<void> {
  const end = await makeAttempts(deps, exchange);
  switch (end.kind) {
    case 'reply':
      return relay(deps, exchange, end);
    case 'client_gone':
      exchange.end = { ...nothingSent, outcome: 'client_gone', status: 499 };
      return;
    case 'circuit_open':
      throw circuitOpen(end.until - deps.now());
    case 'answer':
      throw answerFor(end.ending, deps, exchange);
  }
}

const nothingSent = { errorType: null, streamed: false, usage: null, responseBytes: 0, firstByteAt: null };

async function relay(
  deps: AttemptDeps,
  exchange: Exchange,
  { reply, account, final, slot }: Extract<AttemptsEnd, { kind: 'reply' }>,
) {
  // From here on nothing is sent again: a stream may last for minutes, and its request need not stay with it.
  dropBody(exchange);
  const served = reply.facts.status < 300;
  if (served) settleConversation(deps, exchange, account.id);
  exchange.isStreaming = reply.streamed;
  const relayed = await reply.relay(
    exchange.res,
    {
      'x-headgate-request-id': exchange.id,
      'x-headgate-account': headerSafe(account.name),
      'x-headgate-attempts': String(exchange.attempts.length),
      ...(final ? { 'x-should-retry': 'false' } : {}),
    },
    tapsOf(exchange, account.id),
  );
  slot.end({ failed: !served || relayed.kind === 'cut', usage: relayed.usage });
  const outcome = { complete: 'relayed', cut: 'cut', client_gone: 'client_gone' } as const;
  exchange.end = {
    outcome: outcome[relayed.kind],
    status: relayed.kind === 'client_gone' && relayed.firstByteAt === null ? 499 : reply.status,
    errorType: reply.facts.errorType,
    streamed: reply.streamed,
    usage: relayed.usage,
    responseBytes: relayed.bytes,
    firstByteAt: relayed.firstByteAt,
  };
}

function dropBody(exchange: Exchange): void {
  const { byteLength, release } = exchange.body;
  release();
  exchange.body = { chunks: [], byteLength, release };
}

function tapsOf({ copy, change }: Exchange, accountId: string): RelayTaps {
  return { ...(copy ? { copy } : {}), ...(change ? { change: (body: Buffer) => change(body, accountId) } : {}) };
}

/** The conversation lives where it was served, unless its home is only away for a moment. */
function settleConversation({ pins, pool, now }: AttemptDeps, { conversation, cacheMs }: Exchange, accountId: string): void {
  if (conversation === null) return;
  const home = pins.homeOf(conversation);
  const isGuest = home !== null && home.accountId !== accountId && staysHome(pool.get(home.accountId), now());
  if (isGuest) pins.lodge(conversation, accountId, cacheMs);
  else pins.settle(conversation, accountId, cacheMs);
}

function answerFor(
  ending: Exclude<Ending, 'relay' | 'relay_final'>,
  { pool, now }: AttemptDeps,
  exchange: Exchange,
): GatewayError {
  switch (ending) {
    case 'exhausted':
      return exhausted({ pool, now }, exchange);
    case 'only_other_kind':
      return needsApiKeyAccount();
    case 'redirect':
      return redirected();
    case 'no_reply':
      return noReplyInTime();
    case 'broken':
      return connectionBroke();
  }
}

function exhausted({ pool, now }: Pick<AttemptDeps, 'pool' | 'now'>, { model, owner }: Exchange): GatewayError {
  const family = modelFamily(model);
  const query = { family, tried: new Set<string>(), notKind: null, only: owner, home: null, evenOnProbation: false };
  const chance = pool.nextChance(query);
  // Read after the pool has: a busy account's chance is the pool's own now, which must not look like the future.
  const at = now();
  return chance !== null && chance <= at ? allBusy(at) : noAccount(outlookOf(pool.list(), at, family), chance, at);
}

/** Account names may hold any letter; header values may not (RFC 9110 section 5.5). */
const headerSafe = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');
