/** A request that went well; each test says only what matters to it. */
import type { RequestRecord } from '../../src/requests/request-record.ts';
import type { RunningRequest } from '../../src/sessions/client-session.ts';
import { NOW } from './builders.ts';

export const aRequestRecord = (over: Partial<RequestRecord> = {}): RequestRecord => ({
  id: 'hgr_1',
  correlationId: null,
  startedAt: NOW,
  apiKeyId: 'key_1',
  method: 'POST',
  path: '/v1/messages',
  model: 'claude-sonnet-5',
  streamed: false,
  status: 200,
  outcome: 'relayed',
  errorType: null,
  attempts: [],
  policy: 'round_robin',
  hasConversation: false,
  waited: false,
  usage: null,
  requestBytes: 100,
  responseBytes: 200,
  firstByteMs: 5,
  durationMs: 9,
  ...over,
});

/** One that has not ended. */
export const aRunningRequest = (): RunningRequest => ({
  ...{ id: 'hgr_1', startedAt: 0, method: 'POST', path: '/v1/messages', model: null, account: null, body: { byteLength: 0 } },
  bytesSent: () => 0,
  cut: () => undefined,
});
