import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EventQueue } from '../../../src/planning/event-queue.ts';

describe('the event queue', () => {
  it('gives events in the order of their instants, and of coming within an instant', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (instants) => {
        const queue = new EventQueue<{ at: number; index: number }>();
        const events = instants.map((at, index) => ({ at, index }));
        for (const event of events) queue.push(event.at, event);
        const taken = events.map(() => queue.pop());
        assert.deepEqual(
          taken,
          events.toSorted((a, b) => a.at - b.at),
        );
      }),
    );
  });

  it('knows when the next event is', () => {
    const queue = new EventQueue<string>();
    assert.equal(queue.nextAt, null);
    queue.push(7, 'b');
    queue.push(3, 'a');
    assert.equal(queue.nextAt, 3);
  });
});
