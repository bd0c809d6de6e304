import assert from 'node:assert/strict';
import { createConversationPins } from '../../../src/accounts/conversation-pins.ts';
import { HOUR, MINUTE, NOW } from '../../support/builders.ts';

const CACHE = 5 * MINUTE;

describe('conversation pins', () => {
  let now = NOW;
  beforeEach(() => {
    now = NOW;
  });
  const pinsWith = () =>
    createConversationPins(
      () => now,
      () => HOUR,
    );

  it('remember where a conversation was served last', () => {
    const pins = pinsWith();
    pins.settle('talk', 'acc_1', CACHE);
    pins.settle('talk', 'acc_2', CACHE);
    assert.equal(pins.homeOf('talk')?.accountId, 'acc_2');
    assert.equal(pins.homeOf('another'), null);
  });

  it('remember beside the home where the last turn was a guest, until the next turn at home', () => {
    const pins = pinsWith();
    pins.settle('talk', 'acc_1', CACHE);
    pins.lodge('talk', 'acc_2', CACHE);
    assert.deepEqual(pins.homeOf('talk'), { accountId: 'acc_1', host: 'acc_2', isCold: false });
    pins.settle('talk', 'acc_1', CACHE);
    assert.deepEqual(pins.homeOf('talk'), { accountId: 'acc_1', host: null, isCold: false });
  });

  it('take the host for the home of a conversation that has none', () => {
    const pins = pinsWith();
    pins.lodge('talk', 'acc_2', CACHE);
    assert.deepEqual(pins.homeOf('talk'), { accountId: 'acc_2', host: null, isCold: false });
  });

  it('forget after the time since the last turn, which each turn begins anew', () => {
    const pins = pinsWith();
    pins.settle('talk', 'acc_1', CACHE);
    now += HOUR - 1;
    assert.equal(pins.homeOf('talk')?.accountId, 'acc_1');
    pins.settle('talk', 'acc_1', CACHE);
    now += HOUR;
    assert.equal(pins.homeOf('talk'), null);
  });

  it('tell when the prompt cache of the last turn is likely gone', () => {
    const pins = pinsWith();
    pins.settle('talk', 'acc_1', CACHE);
    now += CACHE - 1;
    assert.equal(pins.homeOf('talk')?.isCold, false);
    now += 1;
    assert.equal(pins.homeOf('talk')?.isCold, true);
  });

  it('forget every conversation of an account that is gone, and no other', () => {
    const pins = pinsWith();
    pins.settle('a', 'acc_1', CACHE);
    pins.settle('b', 'acc_2', CACHE);
    pins.evict('acc_1');
    assert.deepEqual([pins.homeOf('a'), pins.homeOf('b')?.accountId], [null, 'acc_2']);
  });

  it('are bounded: of more than 20,000 conversations the longest unused goes', () => {
    const pins = pinsWith();
    for (let i = 0; i <= 20_000; i += 1) pins.settle(`talk ${i}`, 'acc_1', CACHE);
    assert.deepEqual([pins.homeOf('talk 0'), pins.homeOf('talk 1')?.accountId], [null, 'acc_1']);
  });
});
