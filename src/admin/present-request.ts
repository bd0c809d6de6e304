/** A request that has ended, as it is shown. */
import type { RequestView } from '../contract/requests.ts';
import type { RequestRecord } from '../requests/request-record.ts';
import { instant } from './present.ts';

/** Finds the name of an API key; undefined when there is no such key any more. */
export type KeyName = (id: string) => string | undefined;

/** Null for no key; a key that is gone still has its id. */
export const keyReference = (id: string | null, keyName: KeyName) =>
  id === null ? null : { id, name: keyName(id) ?? 'a deleted key' };

export function presentRequest(request: RequestRecord, keyName: KeyName): RequestView {
  const { apiKeyId, usage } = request;
  const last = request.attempts.at(-1);
  return {
    id: request.id,
    started_at: instant(request.startedAt),
    key: keyReference(apiKeyId, keyName),
    account: last ? { id: last.accountId, name: last.accountName } : null,
    method: request.method,
    path: request.path,
    model: request.model,
    status: request.status,
    outcome: request.outcome,
    error_type: request.errorType,
    attempts: request.attempts.length,
    streamed: request.streamed,
    duration_ms: request.durationMs,
    first_byte_ms: request.firstByteMs,
    usage: usage && {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_read_tokens: usage.cacheReadTokens,
      cache_creation_tokens: usage.cacheCreationTokens,
    },
  };
}
