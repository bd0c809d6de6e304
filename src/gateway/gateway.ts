/**
 * The data plane, top to bottom: one line per step, in the order in which a request meets them. Start reading here.
 */
import type { Request, RequestHandler, Response } from 'express';
import type { ConversationPins } from '../accounts/conversation-pins.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { conversationKey } from '../core/conversation.ts';
import { isKnownPath } from '../core/known-paths.ts';
import { isOffLimits, withoutDoubleVersion } from '../core/request-target.ts';
import type { DurationMs } from '../core/time.ts';
import { newId } from '../new-id.ts';
import type { Logger } from '../observability/logger.ts';
import type { RequestRecorder } from '../requests/request-record.ts';
import { answerWithError, asGatewayError } from './answer-with-error.ts';
import type { ClientAuth } from './authenticate-client.ts';
import { cleanHeaders } from './clean-headers.ts';
import { describeRequest } from './describe-request.ts';
import { draining, GatewayError, unknownRoute } from './errors.ts';
import type { Exchange, GatewaySettings } from './exchange.ts';
import { createModelLists, isModelList, type ModelListDeps } from './model-lists.ts';
import { serveOwnList } from './own-lists.ts';
import type { BodyBudget } from './read-body.ts';
import { asksForLongCache, readOpening } from './read-opening.ts';
import { relayWithFailover } from './relay-with-failover.ts';
import { type ResourceDeps, routeToOwner } from './resources.ts';
import { scanBody } from './scan-body.ts';
import type { AttemptDeps } from './walk.ts';

export interface GatewayDeps
  extends AttemptDeps,
    Pick<ModelListDeps, 'refreshBufferMs'>,
    Pick<ResourceDeps, 'owners' | 'publicUrl'> {
  readonly auth: ClientAuth;
  readonly keys: Pick<KeyRing, 'noteUse'>;
  readonly bodies: BodyBudget;
  readonly recorder: RequestRecorder;
  readonly log: Logger;
  readonly isDraining: () => boolean;
  readonly settings: () => GatewaySettings;
}

export interface Gateway {
  /** Serves one request to the Claude API. The target has been checked: no dots, no double slashes, no odd escapes. */
  readonly handle: RequestHandler;
  /** Requests that have not ended. */
  inFlight(): number;
  /** Of these, the ones whose reply is a stream that has begun. */
  activeStreams(): number;
}

/** A prompt cache lives so long after its last use unless the request asks for more. */
const SHORT_CACHE_MS: DurationMs = 5 * 60_000;
const LONG_CACHE_MS: DurationMs = 3_600_000;
const NO_BODY = { chunks: [], byteLength: 0 };

export function createGateway(deps: GatewayDeps): Gateway {
  const running = new Set<Exchange>();
  const models = createModelLists({ ...deps, walk: (exchange) => relayWithFailover(deps, exchange) });

  async function handle(req: Request, res: Response): Promise<void> {
    const exchange = openExchange(deps, req, res);
    let release = (): void => undefined;
    running.add(exchange);
    try {
      admit(deps, exchange);
      exchange.apiKey = await deps.auth.authenticate(req, req.ip ?? '');
      if (exchange.apiKey) deps.keys.noteUse(exchange.apiKey.id);
      resolveTarget(exchange);
      const body = await deps.bodies.read(req);
      release = body.release;
      exchange.body = body;
      identify(deps, exchange);
      if (deps.log.enabled('debug')) deps.log.debug('request received', describeRequest(exchange));
      const list = routeToOwner(deps, exchange);
      cleanHeaders(req.headers);
      if (list) await serveOwnList(deps, exchange, list);
      else await (isModelList(exchange) ? models.serve(exchange) : relayWithFailover(deps, exchange));
    } catch (error) {
      refuse(deps, exchange, error);
    } finally {
      release();
      running.delete(exchange);
      record(deps, exchange);
    }
  }

  return {
    handle,
    inFlight: () => running.size,
    activeStreams: () => [...running].filter(({ isStreaming }) => isStreaming).length,
  };
}

function openExchange({ now, settings }: GatewayDeps, req: Request, res: Response): Exchange {
  const gone = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) gone.abort();
  });
  const correlation = req.get('x-request-id');
  return {
    id: newId('hgr'),
    correlationId: correlation !== undefined && /^[\w.:-]{1,128}$/.test(correlation) ? correlation : null,
    startedAt: now(),
    settings: settings(),
    req,
    res,
    clientGone: gone.signal,
    method: req.method,
    path: req.originalUrl.split('?', 1)[0] ?? '',
    target: req.originalUrl,
    apiKey: null,
    body: NO_BODY,
    model: null,
    conversation: null,
    cacheMs: SHORT_CACHE_MS,
    owner: null,
    waited: false,
    attempts: [],
    isStreaming: false,
    end: null,
  };
}

function admit({ isDraining }: GatewayDeps, { res }: Exchange): void {
  if (!isDraining()) return;
  res.setHeader('connection', 'close');
  throw draining();
}

/** From here on the path is the one that is forwarded. */
function resolveTarget(exchange: Exchange): void {
  const { path, raw } = withoutDoubleVersion({ path: exchange.path, raw: exchange.target });
  exchange.path = path;
  exchange.target = raw;
  if (isOffLimits(path)) throw unknownRoute();
  if (exchange.settings.unknownPaths === 'refuse' && !isKnownPath(path)) throw unknownRoute();
}

/** Which model, and which conversation: headers first, the body only as far as it must be looked into. */
function identify({ pins }: GatewayDeps, exchange: Exchange): void {
  const header = (name: string) => exchange.req.headers[name]?.toString() ?? null;
  const { affinity, policy, moveCold } = exchange.settings;
  const sessionId = header('x-claude-code-session-id');
  const { model, userId } = scanBody(exchange.body, affinity === 'conversation' && sessionId === null);
  exchange.model = model;
  if (affinity !== 'conversation' || !exchange.path.startsWith('/v1/messages')) return;
  const clues = { apiKeyId: exchange.apiKey?.id ?? '', sessionId, agentId: header('x-claude-code-agent-id'), userId };
  exchange.conversation = conversationKey(clues) ?? conversationByOpening(pins, exchange);
  if (policy === 'quota_aware' && moveCold && asksForLongCache(exchange.body)) exchange.cacheMs = LONG_CACHE_MS;
}

/** Later turns are known by how the conversation began; a first turn is placed anew, whoever began alike before. */
function conversationByOpening(pins: ConversationPins, { body, apiKey }: Exchange): string | null {
  const opening = readOpening(body);
  if (!opening) return null;
  const conversation = `${apiKey?.id ?? ''} opening ${opening.digest}`;
  if (opening.isFirstTurn) pins.forget(conversation);
  return conversation;
}

function refuse({ log }: GatewayDeps, exchange: Exchange, error: unknown): void {
  const answer = asGatewayError(error);
  if (!(error instanceof GatewayError)) log.error('a request failed inside', { request: exchange.id, error });
  const gone = exchange.clientGone.aborted;
  if (!gone) answerWithError(exchange.req, exchange.res, answer, exchange.id);
  exchange.end = {
    outcome: gone ? 'client_gone' : 'refused',
    status: gone ? 499 : answer.status,
    errorType: answer.type,
    streamed: false,
    usage: null,
    responseBytes: 0,
    firstByteAt: null,
  };
}

function record({ recorder, now }: GatewayDeps, exchange: Exchange): void {
  const { id, correlationId, startedAt, apiKey, method, path, model, attempts, conversation, waited, body, end } = exchange;
  if (!end) return;
  recorder.record({
    id,
    correlationId,
    startedAt,
    apiKeyId: apiKey?.id ?? null,
    method,
    path,
    model,
    streamed: end.streamed,
    status: end.status,
    outcome: end.outcome,
    errorType: end.errorType,
    attempts,
    policy: exchange.settings.policy,
    hasConversation: conversation !== null,
    waited,
    usage: end.usage,
    requestBytes: body.byteLength,
    responseBytes: end.responseBytes,
    firstByteMs: end.firstByteAt === null ? null : Math.max(0, end.firstByteAt - startedAt),
    durationMs: Math.max(0, now() - startedAt),
  });
}
