/** Decides what the simulated model says: by marks in the prompt, by a queue, or by a function of the test. */
import type { SimulatedAccount } from './accounts.ts';
import type { PlannedBlock } from './compose-reply.ts';

type Request = Readonly<Record<string, unknown>>;

/** Decides what is said; the default reads marks from the prompt. */
export type ReplyPlan = (request: Request, account: SimulatedAccount) => readonly PlannedBlock[];

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly content?: unknown;
}

/** `[[use Bash {"command":"echo hi"}]]` asks for a tool; each mark once, in order. */
const MARK = /\[\[use (\w+) (\{.*?\})\]\]/g;
const RESULT_CHARACTERS = 200;

const partsOf = (content: unknown): readonly Part[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : Array.isArray(content) ? (content as Part[]) : [];

/** Only the user's: messages of role `system` may stand anywhere, and last. */
const userPartsOf = ({ messages }: Request): readonly Part[] =>
  (Array.isArray(messages) ? (messages as readonly { role?: unknown; content?: unknown }[]) : [])
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => partsOf(content));

const textOf = (part: Part | undefined): string =>
  partsOf(part?.content)
    .map(({ text }) => String(text ?? ''))
    .join(' ')
    .slice(0, RESULT_CHARACTERS);

/** The tools that the prompt asks for, less those that have answered; then a closing sentence. */
const planFromMarks: ReplyPlan = (request, account) => {
  const parts = userPartsOf(request);
  const prompt = parts.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : [])).join('\n');
  const results = parts.filter(({ type }) => type === 'tool_result');
  const next = [...prompt.matchAll(MARK)][results.length];
  const thinking = request['thinking'] as { readonly type?: unknown } | undefined;
  const thoughts: PlannedBlock[] =
    thinking !== undefined && thinking.type !== 'disabled' ? [{ type: 'thinking', thinking: 'A simulated thought.' }] : [];
  if (next) {
    const [, name = '', input = '{}'] = next;
    const use: PlannedBlock = { type: 'tool_use', name, input: JSON.parse(input) as Record<string, unknown> };
    return [...thoughts, { type: 'text', text: `Using ${name}.` }, use];
  }
  const said =
    results.length > 0 ? `All ${results.length} tools answered: ${textOf(results.at(-1))}` : `Hello from ${account.name}.`;
  return [...thoughts, { type: 'text', text: said }];
};

/** Clients ask beside the conversation, for a title or to look at the quota; a queue is not meant for these. */
const isAside = ({ output_config: output, max_tokens: maxTokens }: Request): boolean =>
  maxTokens === 1 || (output as { readonly format?: unknown } | undefined)?.format !== undefined;

export interface ReplyPlans {
  readonly next: ReplyPlan;
  /** From now on. */
  use(plan: ReplyPlan): void;
  /** Once, before the plan has its say again; after what was queued before. */
  queue(blocks: readonly PlannedBlock[]): void;
}

export function createReplyPlans(): ReplyPlans {
  let plan = planFromMarks;
  const queued: (readonly PlannedBlock[])[] = [];
  return {
    next: (request, account) => (isAside(request) ? undefined : queued.shift()) ?? plan(request, account),
    use(next) {
      plan = next;
    },
    queue: (blocks) => void queued.push(blocks),
  };
}
