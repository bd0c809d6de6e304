import assert from 'node:assert/strict';
import { type LoggedLine, LogHistory } from '../../../src/observability/log-history.ts';
import { createLogger, type Logger } from '../../../src/observability/logger.ts';

const line = (message: string) => ({ timestamp: '2026-11-24T12:00:00.000Z', level: 'info', message });
const messages = (lines: readonly LoggedLine[]) => lines.map(({ message }) => message);

describe('the history of the log', () => {
  it('gives what came behind a place, the oldest first', () => {
    const history = new LogHistory();
    history.append(line('one'), 3);
    const place = history.end;
    history.append(line('two'), 3);
    history.append(line('three'), 5);
    assert.deepEqual(messages(history.after(place)), ['two', 'three']);
    assert.deepEqual(history.after(history.end), []);
  });

  it('keeps so many lines', () => {
    const history = new LogHistory({ maxLines: 2, maxCharacters: 1000 });
    for (const message of ['one', 'two', 'three']) history.append(line(message), message.length);
    assert.deepEqual(messages(history.after(0)), ['two', 'three']);
    assert.deepEqual([history.beginning, history.end], [1, 3]);
  });

  it('keeps so many characters', () => {
    const history = new LogHistory({ maxLines: 100, maxCharacters: 10 });
    for (const message of ['12345678', '1234', '123456']) history.append(line(message), message.length);
    assert.deepEqual(messages(history.after(0)), ['1234', '123456']);
  });

  it('wakes everybody who waits at the next line', async () => {
    const history = new LogHistory();
    const { signal } = new AbortController();
    const waiting = [history.next(signal), history.next(signal)];
    history.append(line('one'), 3);
    await Promise.all(waiting);
  });

  it('lets go who does not want to wait any more', async () => {
    const over = new AbortController();
    const waiting = new LogHistory().next(over.signal);
    over.abort();
    await waiting;
    await new LogHistory().next(over.signal);
  });
});

describe('what the log remembers', () => {
  it('is redacted like what is written', () => {
    const { history } = silently((log) => log.warn('a key hg_0123456789abcdef', { authorization: 'quiet', account: 'work' }));
    const [found] = history.after(0);
    assert.deepEqual(
      [found?.level, found?.message, found?.fields],
      ['warn', 'a key [secret]', { authorization: '[secret]', account: 'work' }],
    );
    assert.ok(Date.parse(found?.at ?? '') > 0);
  });

  it('leaves out what is below the level of the log', () => {
    assert.deepEqual(silently((log) => log.debug('details')).history.after(0), []);
  });

  function silently(use: (log: Logger) => void) {
    const log = createLogger({
      level: 'info',
      format: 'text',
      stream: { write: () => true } as unknown as NodeJS.WritableStream,
    });
    use(log);
    return log;
  }
});
