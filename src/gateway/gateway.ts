/**
 * The data plane, top to bottom: one line per step, in the order in which a request meets them. Start reading here.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConversationPins } from '../accounts/conversation-pins.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import { conversationKey } from '../core/conversation.ts';
import { isKnownPath, takesPlace } from '../core/known-paths.ts';
import { isOffLimits, withoutDoubleVersion } from '../core/request-target.ts';
import type { Logger } from '../observability/logger.ts';
import type { RequestRecorder } from '../requests/request-record.ts';
import type { ClientSessions } from '../sessions/client-sessions.ts';
import { answerWithError, asGatewayError } from './answer-with-error.ts';
import type { ClientAuth } from './authenticate-client.ts';
import { cleanHeaders } from './clean-headers.ts';
import { describeRequest } from './describe-request.ts';
import { draining, GatewayError, sessionRevoked, tooManyRunning, unknownRoute } from './errors.ts';
import type { Exchange, GatewaySettings } from './exchange.ts';
import { createModelLists, isModelList, type ModelListDeps } from './model-lists.ts';
import { LONG_CACHE_MS, openExchange } from './open-exchange.ts';
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
  readonly sessions: Pick<ClientSessions, 'begin'>;
  readonly bodies: BodyBudget;
  readonly recorder: RequestRecorder;
  readonly log: Logger;
  readonly isDraining: () => boolean;
  readonly settings: () => GatewaySettings;
}

export interface Gateway {
  /**
   * Serves one request to the Claude API. The target has been checked: no dots, no double slashes, no odd escapes.
   * @param address the client's, as far as trusted proxies tell it
   */
  handle(req: IncomingMessage, res: ServerResponse, address: string): Promise<void>;
  /** Requests that have not ended. */
  inFlight(): number;
  /** Of these, the ones whose reply is a stream that has begun. */
  activeStreams(): number;
}

export function createGateway(deps: GatewayDeps): Gateway {
  const running = new Set<Exchange>();
  const models = createModelLists({ ...deps, walk: (exchange) => relayWithFailover(deps, exchange) });

  async function handle(req: IncomingMessage, res: ServerResponse, address: string): Promise<void> {
    const exchange = openExchange(deps, req, res);
    let leave = (): void => undefined;
    running.add(exchange);
    try {
      admit(deps, exchange);
      exchange.apiKey = await deps.auth.authenticate(req, address);
      if (exchange.apiKey) deps.keys.noteUse(exchange.apiKey.id);
      resolveTarget(exchange);
      leave = joinSession(deps, exchange, address);
      exchange.body = await deps.bodies.read(req);
      identify(deps, exchange);
      if (deps.log.enabled('debug')) deps.log.debug('request received', describeRequest(exchange));
      const list = routeToOwner(deps, exchange);
      req.headers = cleanHeaders(req.headers);
      if (list) await serveOwnList(deps, exchange, list);
      else await (isModelList(exchange) ? models.serve(exchange) : relayWithFailover(deps, exchange));
      if (exchange.isCut) tellOfCut(exchange);
    } catch (error) {
      refuse(deps, exchange, exchange.isCut ? sessionRevoked() : error);
    } finally {
      exchange.body.release();
      leave();
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

/** Notes who asks. Returns what is to be called when the request has ended. @throws GatewayError 403 or 429 */
function joinSession({ sessions, now }: GatewayDeps, exchange: Exchange, address: string): () => void {
  const { apiKey, req, method, path } = exchange;
  const client = { apiKeyId: apiKey?.id ?? null, address, userAgent: req.headers['user-agent'] ?? '' };
  const admission = sessions.begin(client, exchange, takesPlace(method, path));
  switch (admission.kind) {
    case 'admitted':
      return admission.leave;
    case 'revoked':
      throw sessionRevoked({ until: admission.until, now: now() });
    case 'busy':
      throw tooManyRunning(admission);
  }
}

/** Of what was cut nothing more is said once a reply has begun. @throws GatewayError 403 before that */
function tellOfCut(exchange: Exchange): void {
  if (!exchange.res.headersSent) throw sessionRevoked();
  if (exchange.end) exchange.end = { ...exchange.end, outcome: 'cut', errorType: sessionRevoked().type };
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
  const { isCut, req, res } = exchange;
  const left = exchange.clientGone.aborted && !isCut;
  if (!left && !res.destroyed) answerWithError(req, res, answer, exchange.id);
  exchange.end = {
    outcome: left ? 'client_gone' : 'refused',
    status: left ? 499 : answer.status,
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
