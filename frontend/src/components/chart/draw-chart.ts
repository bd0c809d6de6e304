/** Draws values over time with uPlot. Loaded by need: it is the only importer of the library. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Series } from './series.ts';

export interface Chart {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly height: number;
  readonly formatValue: (value: number) => string;
  readonly atLeast: number;
}

export interface Drawing {
  update(times: readonly number[], series: readonly Series[]): void;
  destroy(): void;
}

const LEGEND_HEIGHT = 28;
const HOURS = '{HH}:{mm}';
const TIME = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const DAY_S = 86_400;
/** By the distance of two labels in seconds: days where it is one or more, else hours and minutes. */
const TIME_LABELS = [
  [DAY_S, '{D} {MMM}', null, null, null, null, null, null, 1],
  [60, HOURS, null, null, null, null, null, null, 1],
];
/** What is counted has no halves. */
const STEPS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((step) => [step, 2 * step, 5 * step]);
const FONT = '11px ui-sans-serif, system-ui, sans-serif';

/** A canvas knows no custom properties and no light-dark(): what they come to is asked of the page. */
function colorOf(place: HTMLElement, property: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const dataOf = (times: readonly number[], series: readonly Series[]): uPlot.AlignedData => [
  [...times],
  ...series.map(({ values }) => [...values]),
];

const seriesOf = (place: HTMLElement, { series, formatValue }: Chart): uPlot.Series[] => {
  const bars = uPlot.paths.bars?.({ size: [0.7, 24], radius: 0.2 });
  const steps = uPlot.paths.stepped?.({ align: 1 });
  return series.map(({ label, color, shape }) => {
    const stroke = colorOf(place, color);
    const value = (_plot: uPlot, raw: number | null) => (raw === null ? '' : formatValue(raw));
    const common = { label, stroke, value, points: { show: false } };
    if (shape === 'steps' && steps) return { ...common, width: 1.5, paths: steps };
    return shape === 'bars' && bars ? { ...common, fill: stroke, width: 0, paths: bars } : { ...common, width: 1.5 };
  });
};

/** Shorter, and the labels of the axis would repeat themselves. */
const LEAST_SPAN_S = 1800;

/** What the axis of time shows: bars whole, and lines of a short history at their true pace. */
function rangeOf({ times, series }: Chart, min: number, max: number): [number, number] {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  if (series.some(({ shape }) => shape === 'bars')) return [min - step / 2, max + step / 2];
  return [Math.min(min, max - LEAST_SPAN_S), max];
}

/** Draws into `place`, as wide as it is and becomes. */
export function drawChart(place: HTMLElement, chart: Chart): Drawing {
  const { times, series, height, formatValue, atLeast } = chart;
  const grid = { stroke: colorOf(place, '--border'), width: 1 };
  const axis = { stroke: colorOf(place, '--subtle'), font: FONT, grid, ticks: { show: false } };
  const sizeFor = (width: number) => ({ width, height: height - LEGEND_HEIGHT });
  const plot = new uPlot(
    {
      ...sizeFor(place.clientWidth),
      padding: [8, 20, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      axes: [
        { ...axis, size: 26, grid: { show: false }, space: 64, values: TIME_LABELS },
        { ...axis, size: 44, values: (_plot, ticks) => ticks.map(formatValue), incrs: STEPS },
      ],
      scales: {
        x: { range: (_plot, min, max) => rangeOf(chart, min, max) },
        y: { range: (_plot, _min, max) => [0, Math.max(atLeast, max * 1.05)] },
      },
      series: [{ label: 'Time', value: (_plot, at) => (at === null ? '' : TIME.format(at * 1000)) }, ...seriesOf(place, chart)],
    },
    dataOf(times, series),
    place,
  );
  const watcher = new ResizeObserver(() => plot.setSize(sizeFor(place.clientWidth)));
  watcher.observe(place);
  return {
    update: (nextTimes, nextSeries) => plot.setData(dataOf(nextTimes, nextSeries)),
    destroy() {
      watcher.disconnect();
      plot.destroy();
    },
  };
}
