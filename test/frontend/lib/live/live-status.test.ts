import assert from 'node:assert/strict';
import { createLiveStatus } from '../../../../frontend/src/lib/live/live-status.ts';

describe('the live status of the dashboard', () => {
  it('asks every 30 seconds as long as nothing comes by itself, and rarely when it does', () => {
    const status = createLiveStatus();
    assert.equal(status.pollInterval(), 30_000);
    status.set('live');
    assert.equal(status.pollInterval(), 120_000);
  });

  it('tells changes, and nothing else', () => {
    const status = createLiveStatus();
    const heard: string[] = [];
    const stop = status.subscribe(() => heard.push(status.get()));
    status.set('live');
    status.set('live');
    status.set('paused');
    stop();
    status.set('live');
    assert.deepEqual(heard, ['live', 'paused']);
  });
});
