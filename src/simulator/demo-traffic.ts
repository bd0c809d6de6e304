/** Gentle traffic for the demo: a few conversations that take turns, a request every other second, until it is stopped. */

export interface DemoTraffic {
  stop(): void;
}

const CONVERSATIONS = ['a-quiet-morning', 'fix-the-tests', 'write-the-docs'];
const PAUSE_MS = 2000;
const MODELS = ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5'];

export function startDemoTraffic({ baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string }): DemoTraffic {
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    void ask(turn).catch(() => undefined);
  }, PAUSE_MS);
  timer.unref();

  async function ask(number: number): Promise<void> {
    const conversation = CONVERSATIONS[number % CONVERSATIONS.length] ?? '';
    const reply = await fetch(`${baseUrl}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        'x-claude-code-session-id': conversation,
      },
      body: JSON.stringify({
        model: MODELS[number % MODELS.length],
        max_tokens: 256,
        stream: number % 2 === 0,
        messages: [{ role: 'user', content: `Turn ${number} of ${conversation}.` }],
      }),
      signal: AbortSignal.timeout(30_000),
    });
    await reply.arrayBuffer();
  }
  return { stop: () => clearInterval(timer) };
}
