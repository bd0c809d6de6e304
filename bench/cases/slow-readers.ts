/** Clients that ask for much and stop reading: what is on its way must wait upstream, not in memory. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../case.ts';
import { type CaseReport, MB } from '../figures.ts';
import { rssBytes } from '../processes.ts';
import { startHeadgate } from '../proxies/headgate.ts';
import { bulkRequest } from '../requests.ts';
import { streamClient } from '../streams.ts';

const CLIENTS = 10;
const STREAM_BYTES = 40 * MB;
const SECONDS = 6;
/** From then on memory should stand still. */
const FLAT_AFTER = 3;

export async function measureSlowReaders({ settings, upstreamUrl, progress }: BenchContext): Promise<CaseReport> {
  const secondMs = settings.brief ? 20 : 1000;
  const bytes = settings.brief ? MB : STREAM_BYTES;
  const request = bulkRequest(bytes);
  const headgate = await startHeadgate(upstreamUrl);
  try {
    const warm = streamClient(headgate, bulkRequest(MB));
    warm.open();
    await warm.closed();
    await sleep(secondMs);
    const memory = [rssBytes(headgate.pid)];
    const client = streamClient(headgate, request);
    client.pause();
    for (let opened = 0; opened < CLIENTS; opened += 1) client.open();
    for (let second = 1; second <= SECONDS; second += 1) {
      await sleep(secondMs);
      memory.push(rssBytes(headgate.pid));
    }
    progress('they read on');
    client.resume();
    await client.closed();
    if (client.bytes < CLIENTS * bytes) throw new Error(`only ${client.bytes} bytes came`);
    const [before = 0] = memory;
    const growth = (Math.max(...memory) - before) / MB;
    const late = ((memory[SECONDS] ?? 0) - (memory[FLAT_AFTER] ?? 0)) / MB;
    return {
      figures: [
        { what: 'slow readers: growth of memory', value: growth, unit: 'MB', atMost: 80 },
        { what: 'slow readers: growth after 3 s', value: late, unit: 'MB', atMost: 5 },
        { what: 'slow readers: streams that did not come whole later', value: client.failures.length, unit: '', atMost: 0 },
      ],
      samples: { memory, bytes: client.bytes },
    };
  } finally {
    await headgate.stop();
  }
}
