/** The minutes of the last hour as something to draw. Pure. */
import type { Statistics } from '@/api/statistics.ts';
import type { Series } from '@/components/chart/series.ts';
import { formatWhole } from '@/lib/format.ts';

export type View = 'requests' | 'tokens';

interface Traffic {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly summary: string;
}

type Minute = Statistics['last_hour_by_minute'][number];

export function trafficOf(minutes: readonly Minute[], view: View): Traffic {
  const valuesOf = (field: Exclude<keyof Minute, 'at'>): number[] => minutes.map((minute) => minute[field]);
  const total = (values: readonly number[]): string => formatWhole(values.reduce((sum, value) => sum + value, 0));
  const times = minutes.map(({ at }) => Date.parse(at) / 1000);
  if (view === 'requests') {
    const [requests, errors] = [valuesOf('requests'), valuesOf('errors')];
    return {
      times,
      series: [
        { label: 'Requests', color: '--accent', values: requests, shape: 'bars' },
        { label: 'Errors', color: '--bad', values: errors, shape: 'bars' },
      ],
      summary: `Requests by minute over the last hour: ${total(requests)} in all, at most ${formatWhole(Math.max(0, ...requests))} in a minute; ${total(errors)} failed.`,
    };
  }
  const [input, output] = [valuesOf('input_tokens'), valuesOf('output_tokens')];
  return {
    times,
    series: [
      { label: 'Tokens in', color: '--accent', values: input, shape: 'line' },
      { label: 'Tokens out', color: '--ok', values: output, shape: 'line' },
    ],
    summary: `Tokens by minute over the last hour: ${total(input)} in, ${total(output)} out.`,
  };
}
