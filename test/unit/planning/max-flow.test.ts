import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FlowNetwork } from '../../../src/planning/max-flow.ts';

const NODES = 5;
const edges = fc.array(fc.tuple(fc.nat(NODES - 1), fc.nat(NODES - 1), fc.nat(20)), { maxLength: 12 });

/** The smallest cut between node 0 and node 1, by trying every one. */
function smallestCut(network: readonly (readonly [number, number, number])[]): number {
  const cuts = Array.from({ length: 2 ** NODES }, (_, side) => side).filter((side) => (side & 1) > 0 && (side & 2) === 0);
  const cost = (side: number) =>
    network.reduce((sum, [from, to, capacity]) => sum + ((side >> from) & 1 && !((side >> to) & 1) ? capacity : 0), 0);
  return Math.min(...cuts.map(cost));
}

describe('the largest flow', () => {
  it('equals the smallest cut', () => {
    fc.assert(
      fc.property(edges, (network) => {
        const flow = new FlowNetwork(NODES);
        for (const [from, to, capacity] of network) flow.connect(from, to, capacity);
        assert.ok(Math.abs(flow.maxFlow(0, 1) - smallestCut(network)) < 1e-9);
      }),
    );
  });
});
