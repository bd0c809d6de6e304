/** What of the log somebody asked for: the newest lines, or those behind a place, waited for if need be. */
import type { LogQuery } from '../contract/logs.ts';
import type { LoggedLine, LogHistory, LogPosition } from '../observability/log-history.ts';

export interface LogPage {
  readonly data: readonly LoggedLine[];
  readonly next: string;
  readonly missed: number;
}

/** So many may wait at once. */
const MAX_WAITING = 50;

export class LogReader {
  readonly #history: LogHistory;
  readonly #run: string;
  readonly #closing = new AbortController();
  #waiting = 0;

  /** `run` names this process: a place in another one's log is of no use here. Letters and digits. */
  constructor(history: LogHistory, run: string) {
    this.#history = history;
    this.#run = run;
  }

  /** Can nobody wait any more? Who only looks is never too many. */
  get isFull(): boolean {
    return this.#waiting >= MAX_WAITING;
  }

  /** Resolves with what there is; where there is nothing, with the next line that fits, or nothing at the end of the wait, or when `gone`. */
  async read(query: LogQuery, gone: AbortSignal): Promise<LogPage> {
    const fits = filterOf(query);
    if (query.after === undefined && query.wait === 0) return this.#newest(query.limit, fits);
    const from = this.#positionOf(query.after);
    const missed = Math.max(0, this.#history.beginning - from);
    const over = AbortSignal.any([gone, this.#closing.signal, AbortSignal.timeout(query.wait * 1000)]);
    this.#waiting += 1;
    try {
      for (let position = from; ; ) {
        const { data, seen } = this.#following(position, query.limit, fits);
        if (data.length > 0 || over.aborted) return { data, next: this.#written(seen), missed };
        position = seen;
        await this.#history.next(over);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Lets everybody go who waits. */
  close(): void {
    this.#closing.abort();
  }

  #newest(limit: number, fits: Filter): LogPage {
    const { end, beginning } = this.#history;
    return { data: this.#history.after(beginning).filter(fits).slice(-limit), next: this.#written(end), missed: 0 };
  }

  /** Up to `limit` lines behind a position. `seen`: behind the last line that was looked at. */
  #following(
    position: LogPosition,
    limit: number,
    fits: Filter,
  ): { readonly data: readonly LoggedLine[]; readonly seen: LogPosition } {
    const first = Math.max(position, this.#history.beginning);
    const data: LoggedLine[] = [];
    let seen = first;
    for (const line of this.#history.after(first)) {
      seen += 1;
      if (fits(line)) data.push(line);
      if (data.length === limit) break;
    }
    return { data, seen };
  }

  #written(position: LogPosition): string {
    return `${this.#run}-${position}`;
  }

  /** A place in the log of another process is before everything that this one has written. */
  #positionOf(after: string | undefined): LogPosition {
    if (after === undefined) return this.#history.end;
    const [, run, serial] = /^(\w+)-(\d{1,15})$/.exec(after) ?? [];
    return run === this.#run ? Math.min(Number(serial), this.#history.end) : this.#history.beginning;
  }
}

type Filter = (line: LoggedLine) => boolean;

const filterOf =
  ({ errors, requests, account }: LogQuery): Filter =>
  (line) =>
    (!errors || isError(line)) && (!requests || isRequest(line)) && (account === undefined || isAbout(line, account));

const isRequest = ({ message }: LoggedLine): boolean => message === 'request';

const isError = ({ level, fields: { status } }: LoggedLine): boolean =>
  level === 'error' || level === 'warn' || (typeof status === 'number' && status >= 400);

/** A request is about every account that it was tried on: `attempts` has `NAME WHY row …` for each. */
function isAbout({ fields: { account, attempts } }: LoggedLine, name: string): boolean {
  if (account === name) return true;
  return (
    Array.isArray(attempts) &&
    attempts.some((attempt: unknown) => {
      const text = String(attempt);
      return text.startsWith(`${name} `) && /^\w+ row /.test(text.slice(name.length + 1));
    })
  );
}
