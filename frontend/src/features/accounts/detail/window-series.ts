/** The history of quota windows as something to draw: one axis of time for all of them. Pure. */
import type { AccountView } from '@contract/accounts.ts';
import type { WindowHistory } from '@/api/accounts.ts';
import type { Series } from '@/components/chart/series.ts';
import { formatWindow } from '@/lib/format.ts';

interface WindowChart {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
}

const COLORS = ['--accent', '--ok', '--warn', '--bad', '--subtle'] as const;

/**
 * In percent. Each window goes on at its last value until the next point. There is a point for each quarter of an hour, so `present` says
 * how full they are at `now` (epoch milliseconds): the drawing ends where the meters are.
 */
export function windowSeries(history: WindowHistory, present: AccountView['windows'], now: number): WindowChart {
  const instants = history.flatMap(({ points }) => points.map(({ at }) => Date.parse(at)));
  if (instants.length === 0) return { times: [], series: [] };
  const moments = [...new Set([...instants, Math.max(now, ...instants)])].toSorted((a, b) => a - b);
  return {
    times: moments.map((moment) => moment / 1000),
    series: history.map(({ name, points }, index) => ({
      label: formatWindow(name),
      color: COLORS[index % COLORS.length] ?? '--subtle',
      shape: 'steps',
      values: withPresent(heldValues(points, moments), present.find((window) => window.name === name)?.utilization),
    })),
  };
}

function heldValues(points: WindowHistory[number]['points'], moments: readonly number[]): (number | null)[] {
  let next = 0;
  let held: number | null = null;
  return moments.map((moment) => {
    for (let point = points[next]; point && Date.parse(point.at) <= moment; point = points[next]) {
      held = Math.round(point.utilization * 100);
      next += 1;
    }
    return held;
  });
}

const withPresent = (values: readonly (number | null)[], utilization: number | null | undefined): readonly (number | null)[] =>
  utilization === null || utilization === undefined ? values : [...values.slice(0, -1), Math.round(utilization * 100)];
