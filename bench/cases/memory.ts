/** What an idle process and an open stream hold in memory, and how many streams one process holds at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../case.ts';
import { type CaseReport, type Figure, MB } from '../figures.ts';
import { rssBytes } from '../processes.ts';
import { type Headgate, startHeadgate } from '../proxies/headgate.ts';
import { pacedRequest } from '../requests.ts';
import { openSteadily, type StreamClient, streamClient } from '../streams.ts';

const SOME = 1000;
/** Two sockets each, within the 20,000 descriptors that a process gets at most on many systems. */
const MANY = 9000;
const EVERY_MS = 2000;
const RAMP_PER_SECOND = 800;
/** After everybody has left, the last request must be over within this time. */
const QUIET_LIMIT_MS = 10_000;

export async function measureMemory({ settings, upstreamUrl, progress }: BenchContext): Promise<CaseReport> {
  const [some, many] = settings.brief ? [5, 20] : [SOME, MANY];
  const headgate = await startHeadgate(upstreamUrl);
  try {
    await sleep(settings.brief ? 0 : 2000);
    const idle = rssBytes(headgate.pid);
    const client = streamClient(headgate, pacedRequest(settings.brief ? 50 : EVERY_MS, 0));
    const withSome = await holding(headgate, client, some, settings.brief);
    progress(`${some} streams`);
    const withMany = await holding(headgate, client, many, settings.brief);
    progress(`${many} streams`);
    const held = many - client.failures.length;
    client.leave();
    await client.closed();
    const left = await requestsLeft(headgate);
    const perThousand = (rss: number, streams: number): number => ((rss - idle) / streams / MB) * 1000;
    const figures: readonly Figure[] = [
      { what: 'resident memory, idle', value: idle / MB, unit: 'MB', atMost: 130 },
      { what: `per 1,000 open streams, at ${some}`, value: perThousand(withSome, some), unit: 'MB', atMost: 90 },
      { what: `per 1,000 open streams, at ${many}`, value: perThousand(withMany, many), unit: 'MB', atMost: 90 },
      { what: `streams of ${many} held at once without error`, value: held, unit: '', atLeast: many },
      { what: 'requests in flight when all clients had left', value: left, unit: '', atMost: 0 },
    ];
    return { figures, samples: { idle, withSome, withMany, failures: client.failures.slice(0, 5) } };
  } finally {
    await headgate.stop();
  }
}

/** Opens streams until there are so many; resolves with the memory when each has had an event since. */
async function holding(headgate: Headgate, client: StreamClient, count: number, brief: boolean): Promise<number> {
  await openSteadily(client, count - client.opened, RAMP_PER_SECOND);
  const events = client.events;
  const until = performance.now() + (brief ? 2000 : 20_000);
  while (client.events < events + count && client.failures.length === 0 && performance.now() < until) await sleep(20);
  return rssBytes(headgate.pid);
}

/** Nobody asks any more: the counter of running requests goes down to nothing, or the rest is told. */
async function requestsLeft(headgate: Headgate): Promise<number> {
  const until = performance.now() + QUIET_LIMIT_MS;
  let left = await headgate.metric('headgate_requests_in_flight');
  while (left > 0 && performance.now() < until) {
    await sleep(50);
    left = await headgate.metric('headgate_requests_in_flight');
  }
  return left;
}
