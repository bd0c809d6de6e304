/** CPU per request and per stream: every proxy in a process of its own, the rounds interleaved (A B C A B C), as multiples of a bare pipe. */
import type { BenchContext } from '../case.ts';
import { everybody, PRODUCT, withContenders, YARDSTICK } from '../contenders.ts';
import type { CaseReport, Figure } from '../figures.ts';
import { load } from '../load.ts';
import { cpuMs, type Started } from '../processes.ts';
import { type Ratio, ratiosTo, ratioTable, type Sample } from '../ratios.ts';
import { type BenchRequest, burstRequest, jsonRequest } from '../requests.ts';

/** A load and the multiple of a bare pipe that it may cost. */
const LOADS: readonly (readonly [BenchRequest, number])[] = [
  [jsonRequest(2), 1.5],
  [jsonRequest(30), 1.5],
  [jsonRequest(500), 1.4],
  [burstRequest, 1.35],
];

export async function measureCpu({ settings, upstreamUrl, progress }: BenchContext): Promise<CaseReport> {
  const samples = await withContenders(everybody(settings), upstreamUrl, settings, async (proxies) => {
    const all: Sample[] = [];
    for (const [request] of LOADS) {
      if (!(settings.loads?.includes(request.name) ?? true)) continue;
      for (const proxy of proxies.values()) await load(proxy, request, settings.connections, settings.warmupMs);
      for (let round = 1; round <= settings.rounds; round += 1) {
        for (const [name, proxy] of proxies) all.push({ ...(await slot(proxy, request, settings)), proxy: name, round });
        progress(`${request.name}: round ${round} of ${settings.rounds}`);
      }
    }
    return all;
  });
  const ratios = ratiosTo(YARDSTICK, samples);
  return { figures: figuresOf(ratios), tables: [ratioTable('CPU per request, as a multiple of bare', ratios)], samples };
}

async function slot(
  proxy: Started,
  request: BenchRequest,
  { connections, slotMs }: BenchContext['settings'],
): Promise<Pick<Sample, 'load' | 'units' | 'cpuMs'>> {
  const before = cpuMs(proxy.pid);
  const units = await load(proxy, request, connections, slotMs);
  return { load: request.name, units, cpuMs: cpuMs(proxy.pid) - before };
}

const figuresOf = (ratios: readonly Ratio[]): readonly Figure[] =>
  LOADS.flatMap(([{ name }, atMost]) => {
    const found = ratios.find(({ load: loadName, proxy }) => loadName === name && proxy === PRODUCT);
    return found ? [{ what: `CPU, ${name}`, value: found.ratio, unit: '× bare', atMost }] : [];
  });
