/** Hands every ended request to all who want to know. One of them failing harms neither the others nor the request. */
import type { Logger } from '../observability/logger.ts';
import type { RequestRecorder } from './request-record.ts';

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
    if (!log.enabled('info')) return;
    const { attempts, usage, ...fields } = request;
    log.info('request', {
      ...fields,
      account: attempts.at(-1)?.accountName ?? null,
      attempts: attempts.map(
        ({ accountName, why, row, status, durationMs, upstreamRequestId }) =>
          `${accountName}:${why}:row${row ?? '-'}:${status ?? '-'}:${durationMs}ms:${upstreamRequestId ?? '-'}`,
      ),
      ...(usage ?? {}),
    });
  },
});
