/** What a request waits for at a moderate rate: against asking the upstream directly, and beside a bare pipe. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext } from '../case.ts';
import { PRODUCT, withContenders, YARDSTICK } from '../contenders.ts';
import { type CaseReport, type Figure, median, quantile } from '../figures.ts';
import { steadyLoad } from '../load.ts';
import { jsonRequest, type LoadTarget, pacedRequest } from '../requests.ts';
import { openSteadily, streamClient } from '../streams.ts';

const DIRECT = 'direct';
const PER_SECOND = 200;
/** Streams under way at once, an event every 20 ms each. */
const STREAMS = 100;
const EVERY_MS = 20;

/** Milliseconds. */
interface Times {
  readonly p50: number;
  readonly p99: number;
  readonly firstByte: number;
  readonly event: number;
}

export async function measureLatency({ settings, upstreamUrl, progress }: BenchContext): Promise<CaseReport> {
  const rounds = settings.brief ? 1 : 5;
  const rows = await withContenders([YARDSTICK, PRODUCT], upstreamUrl, settings, async (proxies) => {
    const targets = new Map<string, LoadTarget>([[DIRECT, { url: upstreamUrl, headers: {} }], ...proxies]);
    const all: Readonly<Record<string, Times>>[] = [];
    // The first round warms the compiler up and is thrown away.
    for (let round = 0; round <= rounds; round += 1) {
      const row: Record<string, Times> = {};
      for (const [name, target] of targets) row[name] = await timesOf(target, settings.brief);
      if (round > 0) all.push(row);
      progress(`round ${round} of ${rounds}`);
    }
    return all;
  });
  return { figures: figuresOf(rows), tables: [table(rows)], samples: rows };
}

async function timesOf(target: LoadTarget, brief: boolean): Promise<Times> {
  const times = await steadyLoad(target, jsonRequest(30), { perSecond: PER_SECOND, durationMs: brief ? 100 : 2500 });
  const streams = brief ? 3 : STREAMS;
  const events = brief ? 3 : 100;
  const client = streamClient(target, pacedRequest(EVERY_MS, events), { timed: true });
  await openSteadily(client, streams, STREAMS);
  await client.closed();
  if (client.failures.length > 0) throw new Error(`streams failed: ${client.failures[0]}`);
  await sleep(brief ? 0 : 100);
  const [firstByte, event] = [median(client.firstByteMs), median(client.delaysMs)];
  return { p50: median(times), p99: quantile(times, 0.99), firstByte, event };
}

type Rows = readonly Readonly<Record<string, Times>>[];

/** Median over the rounds of what the proxy adds to the direct way in the same round. */
const added = (rows: Rows, name: string, field: keyof Times): number =>
  median(rows.map((row) => (row[name]?.[field] ?? Number.NaN) - (row[DIRECT]?.[field] ?? Number.NaN)));

const figuresOf = (rows: Rows): readonly Figure[] => [
  { what: 'added p50 at 200 requests/s', value: added(rows, PRODUCT, 'p50'), unit: 'ms', atMost: 0.7 },
  { what: 'added p99 at 200 requests/s', value: added(rows, PRODUCT, 'p99'), unit: 'ms' },
  { what: 'added time to first byte of a stream, p50', value: added(rows, PRODUCT, 'firstByte'), unit: 'ms', atMost: 0.7 },
  { what: 'added delay per event, p50', value: added(rows, PRODUCT, 'event'), unit: 'ms', atMost: 0.2 },
];

function table(rows: Rows): string {
  const cells = (name: string) =>
    (['p50', 'p99', 'firstByte', 'event'] as const).map((field) => added(rows, name, field).toFixed(2)).join(' | ');
  return [
    '| added to the direct way, ms | p50 | p99 | time to first byte, p50 | delay per event, p50 |',
    '|---|--:|--:|--:|--:|',
    ...[YARDSTICK, PRODUCT].map((name) => `| ${name} | ${cells(name)} |`),
  ].join('\n');
}
