/** What a case found out, and whether that is what we aim at. */

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What we aim at: at most that, or at least. Absent: only told. */
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface CaseReport {
  readonly figures: readonly Figure[];
  /** For people, in Markdown. */
  readonly tables?: readonly string[];
  /** What the figures were made of. */
  readonly samples?: unknown;
}

export const MB: number = 1024 * 1024;

const isMet = ({ value, atMost = Infinity, atLeast = -Infinity }: Figure): boolean => value <= atMost && value >= atLeast;

const aimOf = ({ atMost, atLeast }: Figure): string =>
  atMost !== undefined ? `≤ ${atMost}` : atLeast !== undefined ? `≥ ${atLeast}` : '';

const verdictOf = (figure: Figure): string => (aimOf(figure) === '' ? '' : isMet(figure) ? 'met' : 'not met');

export function asMarkdown(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const cells = [figure.what, `${readable(figure.value)} ${figure.unit}`, aimOf(figure), verdictOf(figure)];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| what | measured | target | |', '|---|--:|--:|---|', ...rows].join('\n');
}

const readable = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(2);

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that so large a share of all lies below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
