/** Gentle traffic for the demo: clients whose conversations take turns, one request a moment, until it is stopped. */
import { type Conversation, createConversation, DEMO_CLIENTS, type DemoClient, type Turn } from './demo-clients.ts';

export interface DemoTraffic {
  /** No more requests; those under way are given up. */
  stop(): void;
}

export interface DemoTrafficOptions {
  /** URL of the product, without a trailing slash. */
  readonly baseUrl: string;
  /** Of each client, by its name. */
  readonly apiKeys: ReadonlyMap<string, string>;
  /** Between two requests. */
  readonly pauseMs: number;
}

interface Talking {
  readonly conversation: Conversation;
  isWaiting: boolean;
}

const GIVE_UP_MS = 60_000;
/** Clients count their context now and then. */
const TURNS_PER_COUNT = 12;

const headersOf = ({ userAgent, hasSessions }: DemoClient, apiKey: string, sessionId: string): Record<string, string> => ({
  authorization: `Bearer ${apiKey}`,
  'content-type': 'application/json',
  'anthropic-version': '2023-06-01',
  'user-agent': userAgent,
  ...(hasSessions ? { 'x-claude-code-session-id': sessionId } : {}),
});

/** One request at a time in each conversation: a product that is slow gets no more of them than it answers. */
export function startDemoTraffic({ baseUrl, apiKeys, pauseMs }: DemoTrafficOptions): DemoTraffic {
  const stopping = new AbortController();
  const talks = DEMO_CLIENTS.flatMap((client) => client.models.map((model) => ({ client, model }))).map(
    ({ client, model }, serial): Talking => ({ conversation: createConversation(client, model, serial), isWaiting: false }),
  );
  let ticks = 0;

  const send = (path: string, { client, sessionId }: Turn, body: unknown): Promise<Response> =>
    fetch(`${baseUrl}${path}`, {
      method: 'POST',
      headers: headersOf(client, apiKeys.get(client.name) ?? '', sessionId),
      body: JSON.stringify(body),
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(GIVE_UP_MS)]),
    });

  async function ask(turn: Turn, counts: boolean): Promise<void> {
    if (counts) {
      const { model, messages } = turn.body;
      await (await send('/v1/messages/count_tokens', turn, { model, messages })).arrayBuffer();
    }
    const reply = await send('/v1/messages', turn, turn.body);
    await reply.arrayBuffer();
    if (reply.ok) turn.answered();
  }

  const timer = setInterval(() => {
    ticks += 1;
    const talk = talks[ticks % talks.length];
    if (!talk || talk.isWaiting) return;
    talk.isWaiting = true;
    // What fails is for the dashboard and the log to show; the next turn asks again.
    ask(talk.conversation.next(), ticks % TURNS_PER_COUNT === 0)
      .catch(() => undefined)
      .finally(() => {
        talk.isWaiting = false;
      });
  }, pauseMs);
  timer.unref();

  return {
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}
