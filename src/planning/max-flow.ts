/** The largest flow through a network, by shortest augmenting paths (Edmonds and Karp). Made for some hundred edges. */

interface Edge {
  readonly to: number;
  left: number;
  readonly back: number;
}

/** Flow below this is rounding. */
const RELATIVE_NOTHING = 1e-12;

export class FlowNetwork {
  readonly #edges: Edge[] = [];
  readonly #leaving: number[][];
  #largest = 0;

  constructor(nodes: number) {
    this.#leaving = Array.from({ length: nodes }, () => []);
  }

  /** @param capacity at least 0 */
  connect(from: number, to: number, capacity: number): void {
    const forth = this.#edges.length;
    this.#edges.push({ to, left: capacity, back: forth + 1 }, { to: from, left: 0, back: forth });
    this.#leaving[from]?.push(forth);
    this.#leaving[to]?.push(forth + 1);
    this.#largest = Math.max(this.#largest, capacity);
  }

  /** Uses the network up: call it once. */
  maxFlow(source: number, sink: number): number {
    let total = 0;
    for (;;) {
      const path = this.#shortestPath(source, sink);
      if (!path) return total;
      const amount = Math.min(...path.map(({ left }) => left));
      for (const edge of path) {
        edge.left -= amount;
        const back = this.#edges[edge.back];
        if (back) back.left += amount;
      }
      total += amount;
    }
  }

  #shortestPath(source: number, sink: number): Edge[] | null {
    const nothing = this.#largest * RELATIVE_NOTHING;
    const cameBy = new Map<number, Edge | null>([[source, null]]);
    for (const node of cameBy.keys()) {
      for (const index of this.#leaving[node] ?? []) {
        const edge = this.#edges[index];
        if (edge && edge.left > nothing && !cameBy.has(edge.to)) cameBy.set(edge.to, edge);
      }
      if (cameBy.has(sink)) return this.#walkBack(cameBy, sink);
    }
    return null;
  }

  #walkBack(cameBy: ReadonlyMap<number, Edge | null>, sink: number): Edge[] {
    const path: Edge[] = [];
    for (let edge = cameBy.get(sink); edge; edge = cameBy.get(this.#edges[edge.back]?.to ?? -1)) path.push(edge);
    return path;
  }
}
