/** The report as a table for people: columns, and a row for the bound and for each contender. */
import type { ContenderReport, PlanReport } from './plan.ts';
import type { Estimate } from './statistics.ts';

export const reportHeader = [
  'policy',
  'served %',
  'of bound %',
  'against the first, points',
  'first 429, h',
  'wasted %',
  'unused %',
  'rebuilt, M tokens',
  'cache reads %',
] as const;

export function reportRows({ bound, contenders }: PlanReport): string[][] {
  const limits = [percent(bound.served), '100', '', hours(bound.firstRefusalHours), percent(bound.wasted), '', '0', '100'];
  return [['bound', ...limits], ...contenders.map(rowOf)];
}

export function reportTitle({ accounts, load, days, seeds, requests }: PlanReport): string {
  const traces = seeds === 1 ? '1 seed' : `${seeds} seeds`;
  const what = `${accounts} equal ${accounts === 1 ? 'account' : 'accounts'}, load ${decimal(load * 100, 0)} %`;
  return `${what}, ${decimal(days, 1)} days, ${traces}, ${decimal(requests, 0)} requests each`;
}

function rowOf(report: ContenderReport): string[] {
  return [
    report.name,
    percent(report.served),
    percent(report.servedOfBound),
    report.lead ? percent(report.lead) : '',
    hours(report.firstRefusalHours),
    percent(report.wasted),
    percent(report.expiredUnused),
    decimal(report.rebuiltTokens / 1e6, 1),
    percent(report.cacheReads, 2),
  ];
}

const percent = ({ mean, margin }: Estimate, digits = 1): string =>
  decimal(mean * 100, digits) + (margin === null ? '' : ` ±${decimal(margin * 100, digits)}`);

const hours = (value: number | null): string => (value === null ? 'none' : decimal(value, 0));

/** Without the sign of a zero. */
const decimal = (value: number, digits: number): string => value.toFixed(digits).replace(/^-(?=[0.]*$)/, '');
