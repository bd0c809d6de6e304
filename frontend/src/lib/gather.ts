/** Does often-wanted work at most once in a while: what is wanted meanwhile is done together, once. */

export interface Gatherer {
  /** Wanted under a name; the same name wanted twice is done once. */
  want(name: string, run: () => void): void;
}

export function createGatherer(everyMs: number, later: (run: () => void, ms: number) => void): Gatherer {
  const wanted = new Map<string, () => void>();
  let isWaiting = false;
  const flush = (): void => {
    isWaiting = false;
    const due = [...wanted.values()];
    wanted.clear();
    for (const run of due) run();
  };
  return {
    want(name, run) {
      wanted.set(name, run);
      if (isWaiting) return;
      isWaiting = true;
      later(flush, everyMs);
    },
  };
}
