/** Adds up what the upstream says about tokens. Pure. */

export interface UsageBlock {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
}

/**
 * Takes a `usage` object of the Claude API over what is known: fields that it names win, since a stream's later counts are
 * cumulative (message_start, then message_delta). Returns `known` for anything that is no usage object.
 */
export function mergeUsage(known: UsageBlock | null, usage: unknown): UsageBlock | null {
  if (typeof usage !== 'object' || usage === null) return known;
  const fields = usage as Readonly<Record<string, unknown>>;
  const count = (name: string, before: number | undefined): number => {
    const value = fields[name];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : (before ?? 0);
  };
  return {
    inputTokens: count('input_tokens', known?.inputTokens),
    outputTokens: count('output_tokens', known?.outputTokens),
    cacheReadTokens: count('cache_read_input_tokens', known?.cacheReadTokens),
    cacheCreationTokens: count('cache_creation_input_tokens', known?.cacheCreationTokens),
  };
}
