import assert from 'node:assert/strict';
import { delay } from '../../../src/assembly/delay.ts';
import { ClientLeaving } from '../../../src/gateway/leaving.ts';

const HOUR_MS = 3_600_000;

describe('the client’s leaving', () => {
  it('is told to each listener, once, in the order in which they came', () => {
    const leaving = new ClientLeaving();
    const told: string[] = [];
    leaving.addEventListener('abort', () => told.push('first'));
    leaving.addEventListener('abort', () => told.push('second'));
    leaving.abort();
    leaving.abort();
    assert.deepEqual([told, leaving.aborted], [['first', 'second'], true]);
  });

  it('is not told to who listens no more', () => {
    const leaving = new ClientLeaving();
    const told: string[] = [];
    const listener = () => void told.push('left');
    leaving.addEventListener('abort', listener);
    leaving.removeEventListener('abort', listener);
    leaving.abort();
    assert.deepEqual(told, []);
  });

  it('ends a wait at once, and one that begins later does not begin', async () => {
    const leaving = new ClientLeaving();
    const wait = delay(HOUR_MS, leaving);
    leaving.abort();
    await wait;
    await delay(HOUR_MS, leaving);
    assert.equal(leaving.aborted, true);
  });
});
