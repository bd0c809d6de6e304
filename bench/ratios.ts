/** From samples to ratios: medians of what each round says, because absolute times of a busy machine say little. */
import { median } from './figures.ts';

export interface Sample {
  readonly load: string;
  readonly proxy: string;
  readonly round: number;
  /** Requests, or events. */
  readonly units: number;
  readonly cpuMs: number;
}

export interface Ratio {
  readonly load: string;
  readonly proxy: string;
  /** Median over the rounds of CPU per unit against the yardstick in the same round. */
  readonly ratio: number;
  /** Lowest and highest round. */
  readonly range: readonly [number, number];
  /** Median CPU per unit. */
  readonly cpuMsPerUnit: number;
}

export function ratiosTo(yardstick: string, samples: readonly Sample[]): readonly Ratio[] {
  const groups = Map.groupBy(samples, ({ load, proxy }) => `${load}\n${proxy}`);
  return [...groups.values()].map((group) => {
    const [{ load, proxy } = { load: '', proxy: '' }] = group;
    const ratios = group.map((sample) => {
      const base = samples.find((other) => other.load === load && other.proxy === yardstick && other.round === sample.round);
      return base ? perUnit(sample) / perUnit(base) : Number.NaN;
    });
    const cpuMsPerUnit = median(group.map(perUnit));
    return { load, proxy, ratio: median(ratios), range: [Math.min(...ratios), Math.max(...ratios)], cpuMsPerUnit };
  });
}

export function ratioTable(title: string, ratios: readonly Ratio[]): string {
  const proxies = [...new Set(ratios.map(({ proxy }) => proxy))];
  const loads = [...new Set(ratios.map(({ load }) => load))];
  const cell = (load: string, proxy: string) => {
    const found = ratios.find((ratio) => ratio.load === load && ratio.proxy === proxy);
    return found ? `${found.ratio.toFixed(2)} (${found.range[0].toFixed(2)}–${found.range[1].toFixed(2)})` : '–';
  };
  return [
    `| ${title} | ${proxies.join(' | ')} |`,
    `|---|${proxies.map(() => '--:').join('|')}|`,
    ...loads.map((load) => `| ${load} | ${proxies.map((proxy) => cell(load, proxy)).join(' | ')} |`),
  ].join('\n');
}

const perUnit = ({ cpuMs, units }: Sample): number => cpuMs / units;
