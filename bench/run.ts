/**
 * Measures CPU per request: every proxy in a process of its own, the rounds interleaved (A B C A B C), ratios to a bare pipe proxy.
 * Writes `bench/results/<instant>.json` and prints a table. Bounds: ROUNDS, SLOT_MS, WARMUP_MS,
 * CONNECTIONS; ONLY names proxies.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { CASES } from './cases.ts';
import { load } from './load.ts';
import { canPin, cpuMs, type Started, startProxy, startUpstream, stepAside } from './processes.ts';
import { startHeadgate } from './proxies/headgate.ts';
import { asMarkdown, ratiosTo, type Sample } from './ratios.ts';

const YARDSTICK = 'bare';
const RESULTS = new URL('results/', import.meta.url);

const rounds = bounded('ROUNDS', 8, 100);
const slotMs = bounded('SLOT_MS', 1000, 30_000);
/** The compiler's own work must be over, or it is counted: about 20,000 requests. */
const warmupMs = bounded('WARMUP_MS', 5000, 60_000);
const connections = bounded('CONNECTIONS', 32, 1024);
const only = process.env['ONLY']?.split(',') ?? null;

function bounded(name: string, fallback: number, most: number): number {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 1 || value > most) throw new Error(`${name} must be a whole number from 1 to ${most}`);
  return value;
}

const CONTENDERS: Readonly<Record<string, (upstreamUrl: string) => Promise<Started>>> = {
  [YARDSTICK]: (url) => startProxy('proxies/bare.ts', url),
  'plain http-proxy-middleware': (url) => startProxy('proxies/plain.ts', url),
  'hop alone': (url) => startProxy('proxies/hop.ts', url),
  headgate: startHeadgate,
};

async function measure(proxies: ReadonlyMap<string, Started>): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const benchCase of CASES) {
    for (const proxy of proxies.values()) await load(proxy, benchCase, connections, warmupMs);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, proxy] of proxies) {
        const before = cpuMs(proxy.pid);
        const requests = await load(proxy, benchCase, connections, slotMs);
        samples.push({ benchCase: benchCase.name, proxy: name, round, requests, cpuMs: cpuMs(proxy.pid) - before });
      }
      process.stderr.write(`${benchCase.name}: round ${round} of ${rounds}\n`);
    }
  }
  return samples;
}

const started: Started[] = [];
try {
  stepAside();
  const upstream = await startUpstream();
  started.push(upstream);
  const proxies = new Map<string, Started>();
  for (const [name, start] of Object.entries(CONTENDERS)) {
    if (only && name !== YARDSTICK && !only.includes(name)) continue;
    const proxy = await start(upstream.url);
    started.push(proxy);
    proxies.set(name, proxy);
  }
  const samples = await measure(proxies);
  const ratios = ratiosTo(YARDSTICK, samples);
  const at = new Date().toISOString();
  await mkdir(RESULTS, { recursive: true });
  const report = { at, node: process.version, pinned: canPin, rounds, slotMs, connections, ratios, samples };
  await writeFile(new URL(`${at.replaceAll(':', '-')}.json`, RESULTS), `${JSON.stringify(report, null, 1)}\n`);
  process.stdout.write(`\n${asMarkdown(ratios)}\n`);
} finally {
  await Promise.all(started.map((one) => one.stop()));
}
