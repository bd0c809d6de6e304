/** What the simulated model says: scripted by marks in the prompt, so that real clients can be led through a tool loop. */
import type { SimulatedAccount } from './accounts.ts';

export type Block =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

export interface Usage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
}

export interface ComposedReply {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly Block[];
  readonly stopReason: 'end_turn' | 'tool_use';
  readonly usage: Usage;
}

/** Decides what is said; the default reads marks from the prompt. */
export type ReplyPlan = (request: Readonly<Record<string, unknown>>, account: SimulatedAccount) => readonly Block[];

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
}

const CACHE_LIFE_MS = 5 * 60_000;
/** `[[use Bash {"command":"echo hi"}]]` asks for a tool; each mark once, in order. */
const MARK = /\[\[use (\w+) (\{.*?\})\]\]/g;

const partsOf = (content: unknown): readonly Part[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? (content as Part[]) : [];

const messagesOf = (
  request: Readonly<Record<string, unknown>>,
): readonly { readonly role?: unknown; readonly content?: unknown }[] =>
  Array.isArray(request['messages']) ? (request['messages'] as { role?: unknown; content?: unknown }[]) : [];

/** The tools that the prompt asks for, less those that have answered; then a closing sentence. */
export const planFromMarks: ReplyPlan = (request, account) => {
  const parts = messagesOf(request)
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => partsOf(content));
  const texts = parts.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []));
  const marks = [...texts.join('\n').matchAll(MARK)];
  const results = parts.filter(({ type }) => type === 'tool_result');
  const thinking: Block = { type: 'thinking', thinking: 'A simulated thought.', signature: signatureOf(account.name) };
  const next = marks[results.length];
  const withThought =
    request['thinking'] !== undefined && (request['thinking'] as { type?: unknown }).type !== 'disabled' ? [thinking] : [];
  if (next) {
    const input = JSON.parse(next[2] ?? '{}') as Record<string, unknown>;
    return [
      ...withThought,
      { type: 'text', text: `Using ${next[1]}.` },
      {
        type: 'tool_use',
        id: `toolu_sim_${results.length}_${Math.random().toString(36).slice(2, 10)}`,
        name: next[1] ?? '',
        input,
      },
    ];
  }
  const said =
    results.length > 0 ? `All ${results.length} tools answered: ${resultText(results.at(-1))}` : `Hello from ${account.name}.`;
  return [...withThought, { type: 'text', text: said }];
};

const resultText = (result: Part | undefined): string =>
  partsOf(result?.content)
    .map(({ text }) => String(text ?? ''))
    .join(' ')
    .slice(0, 200);

const signatureOf = (name: string): string => Buffer.from(`signature of ${name}`).toString('base64');

export interface Composing {
  readonly request: Readonly<Record<string, unknown>>;
  readonly account: SimulatedAccount;
  readonly conversation: string | null;
  readonly promptBytes: number;
  readonly now: number;
  readonly plan: ReplyPlan;
}

let serial = 0;

/** A whole reply with believable usage: a conversation that comes back to the same organisation reads its prompt from the cache. */
export function composeReply({ request, account, conversation, promptBytes, now, plan }: Composing): ComposedReply {
  const blocks = plan(request, account);
  serial += 1;
  const prompt = Math.max(1, Math.round(promptBytes / 4));
  const lastUse = conversation === null ? undefined : account.cache.get(conversation);
  const warm = lastUse !== undefined && now - lastUse < CACHE_LIFE_MS;
  if (conversation !== null) account.cache.set(conversation, now);
  const cached = conversation === null ? 0 : Math.round(prompt * 0.9);
  return {
    id: `msg_sim_${serial}`,
    model: String(request['model'] ?? 'claude-sonnet-5'),
    blocks,
    stopReason: blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    usage: {
      input_tokens: prompt - cached,
      output_tokens: Math.max(1, Math.round(JSON.stringify(blocks).length / 4)),
      cache_creation_input_tokens: warm ? 0 : cached,
      cache_read_input_tokens: warm ? cached : 0,
    },
  };
}

export const asMessage = ({ id, model, blocks, stopReason, usage }: ComposedReply) => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: blocks,
  stop_reason: stopReason,
  stop_sequence: null,
  usage,
});

export interface ServerEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The reply as the events of a stream, in the order and with the names of the real API. */
export function asEvents(reply: ComposedReply): readonly ServerEvent[] {
  const event = (name: string, data: Record<string, unknown> = {}): ServerEvent => ({ name, data: { type: name, ...data } });
  const { output_tokens, ...input } = reply.usage;
  const head = { ...asMessage(reply), content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } };
  return [
    event('message_start', { message: head }),
    event('ping'),
    ...reply.blocks.flatMap((block, index) => [
      event('content_block_start', { index, content_block: emptied(block) }),
      ...deltasOf(block).map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', { delta: { stop_reason: reply.stopReason, stop_sequence: null }, usage: { output_tokens } }),
    event('message_stop'),
  ];
}

function emptied(block: Block): Record<string, unknown> {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'text':
      return { type: 'text', text: '' };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} };
  }
}

function deltasOf(block: Block): readonly Record<string, unknown>[] {
  switch (block.type) {
    case 'thinking':
      return [
        { type: 'thinking_delta', thinking: block.thinking },
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'text':
      return (block.text.match(/[\s\S]{1,12}/g) ?? ['']).map((text) => ({ type: 'text_delta', text }));
    case 'tool_use':
      return (JSON.stringify(block.input).match(/[\s\S]{1,20}/g) ?? ['{}']).map((partial_json) => ({
        type: 'input_json_delta',
        partial_json,
      }));
  }
}
