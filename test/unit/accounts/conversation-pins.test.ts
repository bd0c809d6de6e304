import assert from 'node:assert/strict';
import { createConversationPins } from '../../../src/accounts/conversation-pins.ts';
import { HOUR, NOW } from '../../support/builders.ts';

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
    pins.settle('talk', 'acc_1');
    pins.settle('talk', 'acc_2');
    assert.equal(pins.homeOf('talk'), 'acc_2');
    assert.equal(pins.homeOf('another'), null);
  });

  it('forget after the time since the last turn, which each turn begins anew', () => {
    const pins = pinsWith();
    pins.settle('talk', 'acc_1');
    now += HOUR - 1;
    assert.equal(pins.homeOf('talk'), 'acc_1');
    pins.settle('talk', 'acc_1');
    now += HOUR;
    assert.equal(pins.homeOf('talk'), null);
  });

  it('forget every conversation of an account that is gone, and no other', () => {
    const pins = pinsWith();
    pins.settle('a', 'acc_1');
    pins.settle('b', 'acc_2');
    pins.evict('acc_1');
    assert.deepEqual([pins.homeOf('a'), pins.homeOf('b')], [null, 'acc_2']);
  });

  it('are bounded: of more than 20,000 conversations the longest unused goes', () => {
    const pins = pinsWith();
    for (let i = 0; i <= 20_000; i += 1) pins.settle(`talk ${i}`, 'acc_1');
    assert.deepEqual([pins.homeOf('talk 0'), pins.homeOf('talk 1')], [null, 'acc_1']);
  });
});
