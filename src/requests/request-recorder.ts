/** Hands every ended request to all who want to know. One of them failing harms neither the others nor the request. */
import type { LogFields, Logger } from '../observability/logger.ts';
import type { AttemptRecord, RequestRecord, RequestRecorder } from './request-record.ts';

export function createRequestRecorder(log: Logger, recorders: readonly RequestRecorder[]): RequestRecorder {
  return {
    record(request) {
      for (const recorder of recorders) {
        try {
          recorder.record(request);
        } catch (error) {
          log.error('a request could not be recorded', { request: request.id, error });
        }
      }
    },
  };
}

/** One line per request: ids, account, attempts, outcome, timings. */
export const logRequests = (log: Logger): RequestRecorder => ({
  record(request) {
    if (log.enabled('info')) log.info('request', () => fieldsOf(request));
  },
});

function fieldsOf(request: RequestRecord): LogFields {
  const { id, correlationId, apiKeyId, method, path, model, status, outcome, errorType, attempts, usage } = request;
  return {
    id,
    ...(correlationId === null ? {} : { correlation: correlationId }),
    apiKeyId,
    method,
    path,
    model,
    status,
    outcome,
    ...(errorType === null ? {} : { errorType }),
    account: attempts.at(-1)?.accountName ?? null,
    attempts: attempts.map(briefly),
    firstByteMs: request.firstByteMs,
    durationMs: request.durationMs,
    requestBytes: request.requestBytes,
    responseBytes: request.responseBytes,
    ...(usage ?? {}),
  };
}

/** `work rotation row 6 429 12 ms req_…` */
const briefly = ({ accountName, why, row, status, durationMs, upstreamRequestId }: AttemptRecord): string =>
  [accountName, why, `row ${row ?? '-'}`, status ?? 'no reply', `${durationMs} ms`, upstreamRequestId ?? ''].join(' ').trimEnd();
