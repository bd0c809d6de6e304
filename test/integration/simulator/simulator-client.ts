/** Asks the simulator as a client of the real services would, with nothing of the product in between. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Drill } from '../../../src/simulator/drills/drill-schema.ts';
import { readDrill } from '../../../src/simulator/drills/read-drill.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';

export const VERIFIER = 'a-code-verifier-of-forty-three-characters-0';
export const STATE = 'a-state-of-the-client';

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** The address that a client sends its user to; `over` changes parameters, null leaves one out. */
export function authorizeUrl(simulator: Simulator, over: Readonly<Record<string, string | null>> = {}): string {
  const url = new URL(`${simulator.url}/oauth/authorize`);
  const parameters = {
    code: 'true',
    response_type: 'code',
    client_id: simulator.clientId,
    redirect_uri: `${simulator.url}/oauth/code/callback`,
    code_challenge: challengeOf(VERIFIER),
    code_challenge_method: 'S256',
    state: STATE,
    ...over,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

/** What an answer of the token endpoint may hold; a test looks only at what it expects. */
export interface TokenBody {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
  readonly error: string;
  readonly error_description: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when the answer is no JSON. */
  readonly body: TokenBody;
}

/** One request to the token endpoint, as JSON. */
export async function askTokens(simulator: Simulator, parameters: Readonly<Record<string, unknown>>): Promise<TokenAnswer> {
  const reply = await fetch(`${simulator.url}/v1/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ client_id: simulator.clientId, ...parameters }),
  });
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text, body: bodyOf(text) };
}

function bodyOf(text: string): TokenBody {
  try {
    return JSON.parse(text) as TokenBody;
  } catch {
    return {} as TokenBody;
  }
}

export const refreshWith = (simulator: Simulator, refreshToken: string): Promise<TokenAnswer> =>
  askTokens(simulator, { grant_type: 'refresh_token', refresh_token: refreshToken });

export const aPrompt = { model: 'claude-sonnet-5', max_tokens: 64, messages: [{ role: 'user', content: 'Say hello' }] };

const API_HEADERS = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'claude-code-20250219,oauth-2025-04-20' };

export interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly body?: unknown;
  /** undefined leaves one out that is usually sent. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** One request to the API with a bearer token. */
export function ask(simulator: Simulator, token: string, question: Question = {}): Promise<Response> {
  const { path = '/v1/messages', method = 'POST', body = aPrompt, headers = {}, signal } = question;
  const all = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...API_HEADERS, ...headers };
  const sent = Object.entries(all).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  return fetch(`${simulator.url}${path}`, {
    method,
    headers: sent,
    redirect: 'manual',
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** What an event may hold. */
export interface EventData {
  readonly type: string;
  readonly index?: number;
  readonly message?: Readonly<Record<string, unknown>>;
  readonly content_block?: Readonly<Record<string, unknown>>;
  readonly delta?: Readonly<Record<string, unknown>>;
  readonly usage?: Readonly<Record<string, number>>;
  readonly error?: { readonly type: string; readonly message: string };
}

export interface StreamEvent {
  readonly name: string;
  readonly data: EventData;
}

export const eventsOf = (text: string): readonly StreamEvent[] =>
  text
    .split('\n\n')
    // Behind the last end of an event there is nothing, or half of one.
    .slice(0, -1)
    .filter((block) => block.startsWith('event: '))
    .map((block) => {
      const [name = '', data = ''] = block.split('\n');
      return { name: name.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) as EventData };
    });

export interface Received {
  readonly events: readonly StreamEvent[];
  readonly text: string;
  /** The connection ended otherwise than in order. */
  readonly broke: boolean;
}

/** Reads to the end, whichever it is. */
export async function receive(reply: Response): Promise<Received> {
  let text = '';
  let broke = false;
  const decoder = new TextDecoder();
  try {
    for await (const chunk of reply.body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    broke = true;
  }
  return { text, events: eventsOf(text), broke };
}

/** Waits until `isSo`, one turn of the event loop after the other; mocha's time limit is the bound. */
export async function eventually(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

/** A drill that has to be without fault. */
export function readyDrill(text: string): Drill {
  const reading = readDrill(text);
  assert.ok(reading.kind === 'drill', JSON.stringify(reading));
  return reading.drill;
}
