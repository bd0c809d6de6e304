/** From samples to ratios: medians of what each round says, because absolute times of a busy machine say little. */

export interface Sample {
  readonly benchCase: string;
  readonly proxy: string;
  readonly round: number;
  readonly requests: number;
  readonly cpuMs: number;
}

export interface Ratio {
  readonly benchCase: string;
  readonly proxy: string;
  /** Median over the rounds of CPU per request against the yardstick in the same round. */
  readonly ratio: number;
  /** Lowest and highest round. */
  readonly range: readonly [number, number];
  /** Median CPU per request. */
  readonly cpuMsPerRequest: number;
}

export function ratiosTo(yardstick: string, samples: readonly Sample[]): readonly Ratio[] {
  const groups = Map.groupBy(samples, ({ benchCase, proxy }) => `${benchCase}\n${proxy}`);
  return [...groups.values()].map((group) => {
    const [{ benchCase, proxy } = { benchCase: '', proxy: '' }] = group;
    const ratios = group.map((sample) => {
      const base = samples.find(
        (other) => other.benchCase === benchCase && other.proxy === yardstick && other.round === sample.round,
      );
      return base ? perRequest(sample) / perRequest(base) : Number.NaN;
    });
    const cpuMsPerRequest = median(group.map(perRequest));
    return { benchCase, proxy, ratio: median(ratios), range: [Math.min(...ratios), Math.max(...ratios)], cpuMsPerRequest };
  });
}

export function asMarkdown(ratios: readonly Ratio[]): string {
  const proxies = [...new Set(ratios.map(({ proxy }) => proxy))];
  const cases = [...new Set(ratios.map(({ benchCase }) => benchCase))];
  const cell = (benchCase: string, proxy: string) => {
    const found = ratios.find((ratio) => ratio.benchCase === benchCase && ratio.proxy === proxy);
    return found ? `${found.ratio.toFixed(2)} (${found.range[0].toFixed(2)}–${found.range[1].toFixed(2)})` : '–';
  };
  return [
    `| CPU per request, as a multiple of bare | ${proxies.join(' | ')} |`,
    `|---|${proxies.map(() => '--:').join('|')}|`,
    ...cases.map((benchCase) => `| ${benchCase} | ${proxies.map((proxy) => cell(benchCase, proxy)).join(' | ')} |`),
  ].join('\n');
}

const perRequest = ({ cpuMs, requests }: Sample): number => cpuMs / requests;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
