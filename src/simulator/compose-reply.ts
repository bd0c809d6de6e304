/** What the simulated model says, as a message and as the events of a stream. */
import type { SimulatedAccount } from './accounts.ts';
import type { PromptCache } from './prompt-cache.ts';
import type { ServerEvent } from './server-event.ts';
import type { ThoughtSeal } from './thought-seal.ts';

export type Block =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: Readonly<Record<string, unknown>> };

/** A block as a plan names it: ids and signatures are made for it. */
export type PlannedBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature?: string | undefined }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use';
      readonly id?: string | undefined;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

export interface ComposedReply {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly Block[];
  readonly stopReason: 'end_turn' | 'tool_use';
  readonly usage: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly cache_creation_input_tokens: number;
    readonly cache_read_input_tokens: number;
  };
}

export interface Composing {
  readonly request: Readonly<Record<string, unknown>>;
  readonly account: SimulatedAccount;
  /** The request asks for caching of its prompt. */
  readonly caches: boolean;
  readonly now: number;
  readonly blocks: readonly PlannedBlock[];
  /** Makes ids unique. */
  readonly serial: number;
}

/** A whole reply with believable usage: a prompt that comes back to the same organisation is read from its cache. */
export function composeReply(
  { request, account, caches, now, blocks: planned, serial }: Composing,
  { cache, seal }: { readonly cache: PromptCache; readonly seal: ThoughtSeal },
): ComposedReply {
  const blocks = planned.map((block, index): Block => {
    if (block.type === 'thinking') return { ...block, signature: block.signature ?? seal.sign(block.thinking) };
    if (block.type === 'tool_use') return { ...block, id: block.id ?? `toolu_sim_${serial}_${index}` };
    return block;
  });
  const { read, created, uncached } = cache.use({ organizationUuid: account.organizationUuid, request, caches, now });
  return {
    id: `msg_sim_${serial}`,
    model: String(request['model']),
    blocks,
    stopReason: blocks.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn',
    usage: {
      input_tokens: uncached,
      output_tokens: Math.max(1, Math.round(JSON.stringify(blocks).length / 4)),
      cache_creation_input_tokens: created,
      cache_read_input_tokens: read,
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

/** The reply as the events of a stream, in the order and with the names of the real API. */
export function asEvents(reply: ComposedReply): readonly ServerEvent[] {
  const event = (name: string, data: Record<string, unknown> = {}): ServerEvent => ({ name, data: { type: name, ...data } });
  const { usage, stopReason } = reply;
  const head = { ...asMessage(reply), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } };
  return [
    event('message_start', { message: head }),
    event('ping'),
    ...reply.blocks.flatMap((block, index) => [
      event('content_block_start', { index, content_block: emptied(block) }),
      ...deltasOf(block).map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    // Cumulative, as in the head: a reader that adds the two up counts twice.
    event('message_delta', { delta: { stop_reason: stopReason, stop_sequence: null }, usage }),
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

const inPieces = (text: string, length: number): readonly string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'gu')) ?? [''];

function deltasOf(block: Block): readonly Record<string, unknown>[] {
  switch (block.type) {
    case 'thinking':
      return [
        ...inPieces(block.thinking, 24).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'text':
      return inPieces(block.text, 12).map((text) => ({ type: 'text_delta', text }));
    case 'tool_use':
      return inPieces(JSON.stringify(block.input), 20).map((partial_json) => ({ type: 'input_json_delta', partial_json }));
  }
}
