import assert from 'node:assert/strict';
import { LogReader } from '../../../src/admin/log-reader.ts';
import { logQuerySchema } from '../../../src/contract/logs.ts';
import { LogHistory } from '../../../src/observability/log-history.ts';

const LINE = { timestamp: '2026-11-24T12:00:00.000Z', level: 'info', message: 'one' };

describe('waiting for the log', () => {
  const query = logQuerySchema.parse({ wait: '30' });
  const wait = (reader: LogReader, gone = new AbortController()) => reader.read(query, gone.signal);

  it('ends with the next line', async () => {
    const history = new LogHistory();
    const waiting = wait(new LogReader(history, 'run'));
    history.append(LINE, 10);
    assert.deepEqual(await waiting, {
      data: [{ at: LINE.timestamp, level: 'info', message: 'one', fields: {} }],
      next: 'run-1',
      missed: 0,
    });
  });

  it('goes on over lines that do not fit', async () => {
    const history = new LogHistory();
    const waiting = new LogReader(history, 'run').read({ ...query, requests: true }, new AbortController().signal);
    history.append(LINE, 10);
    await Promise.resolve();
    history.append({ ...LINE, message: 'request' }, 10);
    assert.equal((await waiting).data[0]?.message, 'request');
  });

  it('ends when the client is gone', async () => {
    const gone = new AbortController();
    const waiting = wait(new LogReader(new LogHistory(), 'run'), gone);
    gone.abort();
    assert.deepEqual((await waiting).data, []);
  });

  it('ends when the server stops', async () => {
    const reader = new LogReader(new LogHistory(), 'run');
    const waiting = wait(reader);
    reader.close();
    assert.deepEqual((await waiting).data, []);
  });

  it('is for fifty at once', async () => {
    const reader = new LogReader(new LogHistory(), 'run');
    const waiting = Array.from({ length: 50 }, () => wait(reader));
    assert.equal(reader.isFull, true);
    reader.close();
    await Promise.all(waiting);
    assert.equal(reader.isFull, false);
  });
});
