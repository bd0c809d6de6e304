import assert from 'node:assert/strict';
import { createSessions } from '../../../src/admin/sessions.ts';
import { DAY, HOUR } from '../../support/builders.ts';
import { manualTime } from '../../support/manual-time.ts';

describe('dashboard sessions', () => {
  it('have ids that nobody can guess', () => {
    const sessions = createSessions(Date.now, () => HOUR);
    const ids = new Set(Array.from({ length: 100 }, () => sessions.open(null).id));
    assert.equal(ids.size, 100);
    for (const id of ids) assert.match(id, /^[\w-]{43}$/);
  });

  it('are bounded: beyond a thousand the one least recently used ends', () => {
    const sessions = createSessions(Date.now, () => HOUR);
    const first = sessions.open(null).id;
    const second = sessions.open(null).id;
    for (let n = 2; n < 1000; n += 1) sessions.open(null);
    sessions.find(first);
    sessions.open(null);
    assert.deepEqual([sessions.find(first) !== null, sessions.find(second)], [true, null]);
  });

  it('end at their instant, not before', async () => {
    const time = manualTime();
    const sessions = createSessions(time.now, () => HOUR);
    const { id } = sessions.open(null);
    await time.advance(HOUR - 1);
    assert.notEqual(sessions.find(id), null);
    await time.advance(1);
    assert.equal(sessions.find(id), null);
  });

  it('last no longer because somebody sets the clock back, nor shorter because of a second or two', async () => {
    const time = manualTime();
    const sessions = createSessions(time.now, () => HOUR);
    const { id } = sessions.open(null);
    await time.advance(-2000);
    assert.notEqual(sessions.find(id), null);
    await time.advance(-DAY);
    assert.equal(sessions.find(id), null);
  });
});
