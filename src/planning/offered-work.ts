/** The work that a trace offers: each request with what it would cost on a single account without limits, whose cache knows everything. */
import { modelFamily } from '../core/model-family.ts';
import { type CachedPrompt, type Expense, PromptCache } from './prompt-cache.ts';
import type { Trace, TraceRequest } from './trace.ts';

export interface OfferedRequest extends TraceRequest, CachedPrompt {
  /** No account can serve it for less: its cache would have to know more than all that was ever sent. */
  readonly ideal: Expense;
}

export interface OfferedWork extends Omit<Trace, 'requests'> {
  readonly requests: readonly OfferedRequest[];
  /** Units of quota, at the ideal costs. */
  readonly cost: number;
}

/** Works out what every request would cost at best. */
export function offeredWork({ requests, ...span }: Trace): OfferedWork {
  const cache = new PromptCache();
  const nameText = createTextNames();
  let cost = 0;
  const offered = requests.map((request) => {
    const prompt = { ...request, family: modelFamily(request.model), text: nameText(request) };
    const ideal = cache.serve(prompt, request.at);
    cost += ideal.cost;
    return { ...prompt, ideal };
  });
  return { ...span, requests: offered, cost };
}

/** A conversation whose prompt has become shorter was compacted: from there on it is another text. */
function createTextNames(): (request: TraceRequest) => string | null {
  const texts = new Map<string, { promptTokens: number; part: number }>();
  return ({ conversation, model, promptTokens }) => {
    if (conversation === null) return null;
    const key = `${model} ${conversation}`;
    const known = texts.get(key) ?? { promptTokens: 0, part: 0 };
    const part = promptTokens < known.promptTokens ? known.part + 1 : known.part;
    texts.set(key, { promptTokens, part });
    return `${key} ${part}`;
  };
}
