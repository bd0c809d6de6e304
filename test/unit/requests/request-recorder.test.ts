import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { createLogger } from '../../../src/observability/logger.ts';
import { createRequestRecorder, logRequests } from '../../../src/requests/request-recorder.ts';
import { NOW } from '../../support/builders.ts';
import { aRequestRecord } from '../../support/request-records.ts';

const attempt = {
  accountId: 'acc_1',
  accountName: 'work',
  why: 'rotation',
  considered: [],
  mayBeBilled: false,
  row: 6,
  status: 429,
  upstreamRequestId: 'req_1',
  startedAt: NOW,
  durationMs: 12,
} as const;

function aLog(level: 'info' | 'warn' = 'info') {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLogger({ level, format: 'json', stream });
  return { log, lines: () => log.flush().then(() => text.split('\n').filter(Boolean)) };
}

describe('recording requests', () => {
  it('tells the others when one of those who want to know fails', async () => {
    const { log, lines } = aLog();
    const seen: string[] = [];
    const failing = {
      record: () => {
        throw new Error('full');
      },
    };
    createRequestRecorder(log, [failing, { record: ({ id }) => void seen.push(id) }]).record(aRequestRecord());
    assert.deepEqual(seen, ['hgr_1']);
    assert.match((await lines()).join(), /could not be recorded/);
  });

  it('writes one line a request: ids, account, attempts, outcome, timings', async () => {
    const { log, lines } = aLog();
    const usage = { inputTokens: 5, outputTokens: 6, cacheReadTokens: 0, cacheCreationTokens: 0 };
    logRequests(log).record(aRequestRecord({ attempts: [attempt], usage, correlationId: 'build-42' }));
    const [line, ...more] = await lines();
    assert.equal(more.length, 0);
    const { timestamp: _, ...fields } = JSON.parse(line ?? '') as Record<string, unknown>;
    assert.deepEqual(fields, {
      level: 'info',
      message: 'request',
      id: 'hgr_1',
      correlation: 'build-42',
      apiKeyId: 'key_1',
      method: 'POST',
      path: '/v1/messages',
      model: 'claude-sonnet-5',
      status: 200,
      outcome: 'relayed',
      account: 'work',
      attempts: ['work rotation row 6 429 12 ms req_1'],
      firstByteMs: 5,
      durationMs: 9,
      requestBytes: 100,
      responseBytes: 200,
      ...usage,
    });
  });

  it('costs nothing where nobody reads it', async () => {
    const { log, lines } = aLog('warn');
    logRequests(log).record(aRequestRecord());
    assert.deepEqual(await lines(), []);
  });
});
