/** From the start of the built product with an empty data folder until it says that it is ready. */
import type { BenchContext } from '../case.ts';
import { type CaseReport, median } from '../figures.ts';
import { startEmptyHeadgate } from '../proxies/headgate.ts';

const STARTS = 7;

export async function measureStart({ settings, upstreamUrl }: BenchContext): Promise<CaseReport> {
  const times: number[] = [];
  for (let n = 0; n < (settings.brief ? 1 : STARTS); n += 1) {
    const begin = performance.now();
    const headgate = await startEmptyHeadgate(upstreamUrl);
    try {
      while (!(await fetch(`${headgate.url}/readyz`)).ok);
      times.push(performance.now() - begin);
    } finally {
      await headgate.stop();
    }
  }
  return {
    figures: [{ what: 'start to ready, p50', value: median(times) / 1000, unit: 's', atMost: 0.6 }],
    samples: times,
  };
}
