/** Values over time. The library that draws is loaded when the first chart is shown; until then its place is kept. */
import { useEffect, useRef, useState } from 'react';
import type { Drawing } from './draw-chart.ts';
import type { Series } from './series.ts';
import { useThemeVersion } from './use-theme-version.ts';

interface TimeSeriesChartProps {
  /** Seconds since the epoch, ascending. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  /** What it shows, for who cannot see it. */
  readonly summary: string;
  readonly height: number;
  readonly formatValue: (value: number) => string;
  /** The largest value that the axis shows at least. */
  readonly atLeast: number;
}

export function TimeSeriesChart({ times, series, summary, height, formatValue, atLeast }: TimeSeriesChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const [failed, setFailed] = useState(false);
  const theme = useThemeVersion();
  const labels = series.map(({ label }) => label).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: other series or another theme need another drawing; new values do not
  useEffect(() => {
    let gone = false;
    void import('./draw-chart.ts').then(
      ({ drawChart }) => {
        if (gone || place.current === null) return;
        drawing.current = drawChart(place.current, { times, series, height, formatValue, atLeast });
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      drawing.current?.destroy();
      drawing.current = null;
    };
  }, [theme, labels, height]);

  useEffect(() => drawing.current?.update(times, series), [times, series]);

  return (
    <div role="img" aria-label={summary} style={{ minHeight: height }}>
      {failed ? <p className="text-subtle text-xs">The chart could not be loaded. {summary}</p> : <div ref={place} />}
    </div>
  );
}
