/** Answers a request for a message: by the account's limits, by what the model says, and by what a fault makes of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SimulatedAccount } from './accounts.ts';
import type { ApiEntry } from './books.ts';
import { composeReply } from './compose-reply.ts';
import type { Action } from './faults/action.ts';
import type { Asking } from './limits/account-limits.ts';
import { PromptCache } from './prompt-cache.ts';
import type { ReplyPlan } from './reply-plan.ts';
import { sendMessage, sendStream } from './send-reply.ts';
import type { ThoughtSeal } from './thought-seal.ts';
import type { Waits } from './waits.ts';
import { errorBody, type Headers, sendJson } from './wire.ts';

export type Refusal = readonly [status: number, type: string, message: string];
type Request = Readonly<Record<string, unknown>>;

/** One request that has been let in. */
export interface Admitted {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly entry: ApiEntry;
  readonly account: SimulatedAccount;
  readonly action: Action | null;
  readonly isReused: boolean;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Serial number of the request. */
  readonly serial: number;
}

export interface ConverseOptions {
  readonly waits: Waits;
  readonly seal: ThoughtSeal;
  /** Thoughts that come back altered are refused. */
  readonly strictThinking: boolean;
  readonly now: () => number;
  readonly plan: ReplyPlan;
}

export function createConverse(options: ConverseOptions): (request: Request, admitted: Admitted) => Promise<void> {
  const { waits, seal, now } = options;
  const cache = new PromptCache();
  return async (request, admitted) => {
    const { res, entry, account, action, isReused, body, headers, serial } = admitted;
    const altered = options.strictThinking ? seal.faultIn(request) : null;
    if (altered !== null)
      return refuse(res, [400, 'invalid_request_error', `${altered}: Invalid \`signature\` in \`thinking\` block`], headers);
    const admission = account.limits.admit(askingOf(request, entry, body));
    if (admission.kind === 'refused')
      return refuse(res, [429, 'rate_limit_error', admission.message], { ...headers, ...admission.headers });
    res.once('close', admission.leave);
    const caches = entry.sessionId !== null || body.includes('"cache_control"');
    const blocks = options.plan(request, account);
    const reply = composeReply({ request, account, caches, now: now(), blocks, serial }, { cache, seal });
    admission.settle(reply.usage.output_tokens);
    const sending = { res, entry, waits, action, isReused, headers: { ...headers, ...admission.headers } };
    await (entry.stream && action?.kind !== 'unstreamed' ? sendStream(sending, reply) : sendMessage(sending, reply));
  };
}

export function refuse(res: ServerResponse, [status, type, message]: Refusal, headers: Headers): void {
  sendJson(res, status, errorBody(type, message, String(headers['request-id'] ?? '')), headers);
}

const askingOf = (request: Request, { credential, model }: ApiEntry, body: Buffer): Asking => ({
  credential: credential === 'x-api-key' ? 'x-api-key' : 'bearer',
  model: model ?? '',
  // How the lane is asked for is not known; fast mode is asked for in this way.
  isSlow: request['speed'] === 'slow',
  promptTokens: promptTokensOf(body),
});

const BYTES_PER_TOKEN = 4;

export const promptTokensOf = (body: Buffer): number => Math.ceil(body.length / BYTES_PER_TOKEN);
