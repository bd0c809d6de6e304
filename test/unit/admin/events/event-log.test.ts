import assert from 'node:assert/strict';
import { EventLog } from '../../../../src/admin/events/event-log.ts';

const aLog = (limits = { maxEvents: 3, maxBytes: 1000 }) => new EventLog('run', limits);

/** What is told to somebody at this position, up to the end or to the gap. */
function told(log: EventLog, position: number): readonly string[] {
  const texts: string[] = [];
  for (let next = log.next(position); next !== null; next = log.next(next.position)) {
    if (next === 'lost') return [...texts, 'lost'];
    texts.push(/data: (.*)/.exec(next.frame.toString())?.[1] ?? '');
  }
  return texts;
}

describe('the log of events', () => {
  it('tells everything behind a position, in order', () => {
    const log = aLog();
    const start = log.end;
    for (const data of ['1', '2', '3']) log.append('alert', data);
    assert.deepEqual([told(log, start), told(log, start + 2), told(log, log.end)], [['1', '2', '3'], ['3'], []]);
  });

  it('knows what it does not keep any more', () => {
    const log = aLog();
    const start = log.end;
    for (const data of ['1', '2', '3', '4']) log.append('alert', data);
    assert.deepEqual([told(log, start), told(log, start + 1)], [['lost'], ['2', '3', '4']]);
  });

  it('keeps no more bytes than it may, however few the events are', () => {
    const log = aLog({ maxEvents: 100, maxBytes: 500 });
    const start = log.end;
    for (let count = 0; count < 10; count += 1) log.append('alert', 'x'.repeat(150));
    assert.deepEqual([told(log, start), told(log, log.end - 2).length, told(log, log.end - 3)], [['lost'], 2, ['lost']]);
  });

  it('has nothing for who is from before a gap, and everything for who is from behind it', () => {
    const log = aLog();
    log.append('alert', '1');
    const before = log.end;
    log.skip();
    const behind = log.end;
    log.append('alert', '2');
    assert.deepEqual([told(log, before), told(log, behind)], [['lost'], ['2']]);
  });

  it('has nothing for who was never told anything, nor for who comes from the future', () => {
    const log = aLog();
    assert.deepEqual([told(log, Number.NaN), told(log, log.end + 1)], [['lost'], ['lost']]);
    log.append('alert', '1');
    assert.deepEqual([told(log, Number.NaN), told(log, log.end + 1)], [['lost'], ['lost']]);
  });

  it('writes an event as the standard wants it', () => {
    const log = aLog();
    log.append('alert', '{"id":"a"}');
    const next = log.next(log.end - 1);
    assert.ok(next !== null && next !== 'lost');
    assert.equal(next.frame.toString(), 'id: run-1\nevent: alert\ndata: {"id":"a"}\n\n');
  });

  it('knows the places that its own ids name, and no others', () => {
    const log = aLog();
    for (const [id, position] of [
      ['run-7', 7],
      ['other-7', null],
      ['run-', null],
      ['run--1', null],
      ['run-1.5', null],
      ['', null],
      ['run-99999999999999999', null],
    ] as const)
      assert.equal(log.positionOf(id), position, id);
  });
});
