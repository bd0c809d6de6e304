/** What an event of a stream costs, at a rate that leaves the core time to breathe, and so how many of them one core carries. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../case.ts';
import { PRODUCT, withContenders, YARDSTICK } from '../contenders.ts';
import type { CaseReport } from '../figures.ts';
import { cpuMs, type Started } from '../processes.ts';
import { ratiosTo, ratioTable, type Sample } from '../ratios.ts';
import { pacedRequest } from '../requests.ts';
import { openSteadily, type StreamClient, streamClient } from '../streams.ts';

const STREAMS = 200;
/** A machine on which the streams do not even begin within this time is too busy to measure on. */
const START_LIMIT_MS = 10_000;
const LOAD = pacedRequest(20, 0);

export async function measureEvents({ settings, upstreamUrl, progress }: BenchContext): Promise<CaseReport> {
  const rounds = settings.brief ? 1 : 4;
  const samples = await withContenders([YARDSTICK, PRODUCT], upstreamUrl, settings, async (proxies) => {
    const all: Sample[] = [];
    // The first round warms the compiler up and is thrown away.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [proxy, started] of proxies) {
        const sample = await slot(started, settings.brief);
        if (round > 0) all.push({ ...sample, load: 'event', proxy, round });
      }
      progress(`round ${round} of ${rounds}`);
    }
    return all;
  });
  const ratios = ratiosTo(YARDSTICK, samples);
  const cpuMsPerEvent = ratios.find(({ proxy }) => proxy === PRODUCT)?.cpuMsPerUnit ?? Number.NaN;
  return {
    figures: [{ what: 'events per second and core', value: 1000 / cpuMsPerEvent, unit: '', atLeast: 38_000 }],
    tables: [ratioTable('CPU per event, as a multiple of bare', ratios)],
    samples,
  };
}

async function slot(proxy: Started, brief: boolean): Promise<Pick<Sample, 'units' | 'cpuMs'>> {
  const client = streamClient(proxy, LOAD);
  await openSteadily(client, brief ? 3 : STREAMS, 600);
  await begun(client);
  const [events, cpu] = [client.events, cpuMs(proxy.pid)];
  await sleep(brief ? 100 : 2500);
  const sample = { units: client.events - events, cpuMs: cpuMs(proxy.pid) - cpu };
  client.leave();
  await client.closed();
  if (client.failures.length > 0) throw new Error(`streams failed: ${client.failures[0]}`);
  return sample;
}

/** Every stream has had an event. */
async function begun(client: StreamClient): Promise<void> {
  const until = performance.now() + START_LIMIT_MS;
  while (client.firstByteMs.length < client.opened) {
    if (performance.now() > until) throw new Error('the machine is too busy: streams do not begin in time');
    await sleep(20);
  }
}
