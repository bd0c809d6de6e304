/** One run per key at a time: who asks while it runs shares its outcome. */

export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>();

  /** Joins the run under `key`, or begins one. A run belongs to nobody: a caller that goes away does not end it. */
  run(key: string, begin: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (running) return running;
    const run = begin().finally(() => this.#running.delete(key));
    this.#running.set(key, run);
    return run;
  }

  isRunning(key: string): boolean {
    return this.#running.has(key);
  }

  /** Resolves when every run that is under way now has ended, however it ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }
}
