/** Two ways to ask: as fast as replies come, for what a request costs, and at a steady rate, for how long one takes. */
import { type Connection, openConnection } from './connection.ts';
import { type BenchRequest, type LoadTarget, requestBytes } from './requests.ts';

export interface SteadyLoad {
  readonly perSecond: number;
  readonly durationMs: number;
}

/** Keeps `connections` busy for `durationMs`; resolves with the number of replies. @throws Error when one is no 200 or a connection breaks */
export async function load(target: LoadTarget, request: BenchRequest, connections: number, durationMs: number): Promise<number> {
  const until = performance.now() + durationMs;
  const counts = await Promise.all(
    Array.from({ length: connections }, (_, index) =>
      keepBusy(target.url, requestBytes(target, request, `bench-${index}`), until),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function keepBusy(url: string, bytes: Buffer, until: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let replies = 0;
  const connection: Connection = openConnection(url, {
    onOpen: () => connection.send(bytes),
    onReply() {
      replies += 1;
      if (performance.now() < until) connection.send(bytes);
      else connection.end();
    },
    onClose: (error) => (error ? reject(error) : resolve(replies)),
  });
  return promise;
}

/** Asks at a steady rate, whatever the replies do; resolves with how long each took, in milliseconds. @throws as `load` does */
export function steadyLoad(
  target: LoadTarget,
  request: BenchRequest,
  { perSecond, durationMs }: SteadyLoad,
): Promise<readonly number[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[]>();
  const bytes = requestBytes(target, request, 'bench-steady');
  const times: number[] = [];
  const free: ((sentAt: number) => void)[] = [];
  const open = new Set<Connection>();
  const start = performance.now();
  let asked = 0;

  const finish = () => {
    if (asked < total || times.length < total) return;
    for (const connection of open) connection.end();
    resolve(times);
  };
  function openOne(sentAt: number): void {
    let since = sentAt;
    const ask = (at: number) => {
      since = at;
      connection.send(bytes);
    };
    const connection: Connection = openConnection(target.url, {
      onOpen: () => ask(performance.now()),
      onReply() {
        times.push(performance.now() - since);
        free.push(ask);
        finish();
      },
      onClose(error) {
        open.delete(connection);
        if (error) reject(error);
      },
    });
    open.add(connection);
  }
  const total = Math.max(1, Math.round((perSecond * durationMs) / 1000));
  const clock = setInterval(() => {
    const due = Math.min(total, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    for (; asked < due; asked += 1) {
      const ask = free.pop();
      if (ask) ask(performance.now());
      else openOne(performance.now());
    }
    if (asked >= total) clearInterval(clock);
  }, 1);
  promise.catch(() => clearInterval(clock));
  return promise;
}
