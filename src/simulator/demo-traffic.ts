/** Gentle traffic for the demo: a few conversations that take turns, a request every other second, until it is stopped. */

export interface DemoTraffic {
  /** No more requests; those under way are given up. */
  stop(): void;
}

export interface DemoTrafficOptions {
  /** URL of the product, without a trailing slash. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

interface Conversation {
  readonly id: string;
  readonly model: string;
  messages: readonly Message[];
  isWaiting: boolean;
}

const PAUSE_MS = 2000;
const GIVE_UP_MS = 30_000;
/** Then the conversation begins anew, so that requests stay small however long the demo runs. */
const MAX_MESSAGES = 20;

const CONVERSATIONS: readonly (readonly [id: string, model: string])[] = [
  ['a-quiet-morning', 'claude-opus-5-5'],
  ['fix-the-tests', 'claude-sonnet-5'],
  ['write-the-docs', 'claude-haiku-4-5'],
];

/** One request at a time in each conversation: a product that is slow gets no more of them than it answers. */
export function startDemoTraffic({ baseUrl, apiKey }: DemoTrafficOptions): DemoTraffic {
  const stopping = new AbortController();
  const conversations = CONVERSATIONS.map(([id, model]): Conversation => ({ id, model, messages: [], isWaiting: false }));
  let turn = 0;

  async function ask(conversation: Conversation, stream: boolean): Promise<void> {
    const question: Message = { role: 'user', content: `Turn ${turn} of ${conversation.id}.` };
    const messages = [...(conversation.messages.length < MAX_MESSAGES ? conversation.messages : []), question];
    const reply = await fetch(`${baseUrl}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'x-claude-code-session-id': conversation.id,
      },
      body: JSON.stringify({ model: conversation.model, max_tokens: 256, stream, messages }),
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(GIVE_UP_MS)]),
    });
    await reply.arrayBuffer();
    if (reply.ok) conversation.messages = [...messages, { role: 'assistant', content: `Answer to turn ${turn}.` }];
  }

  const timer = setInterval(() => {
    turn += 1;
    const conversation = conversations[turn % conversations.length];
    if (!conversation || conversation.isWaiting) return;
    conversation.isWaiting = true;
    // What fails is for the dashboard and the log to show; the next turn asks again.
    ask(conversation, turn % 2 === 0)
      .catch(() => undefined)
      .finally(() => {
        conversation.isWaiting = false;
      });
  }, PAUSE_MS);
  timer.unref();

  return {
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}
