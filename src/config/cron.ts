/** The grammar of cron expressions, checked at start so that a bad one is a named fault instead of a job that never runs. */

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const SECOND: Field = { min: 0, max: 59, names: [] };
const FIVE_FIELDS: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 7, names: WEEKDAYS },
];

/** Value of one number or name of a field, or undefined when it is neither or out of range. */
function valueIn(field: Field, text: string): number | undefined {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + field.min;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}

/** One member of a field's list: a star, `5`, `1-5` or `mon-fri`; star and range optionally with a step, as in `0-30/5`. */
function isMember(field: Field, text: string): boolean {
  const [range = '', step, ...more] = text.split('/');
  if (more.length > 0) return false;
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1 && Number(step) <= field.max)) return false;
  if (range === '*') return true;
  const [from = '', to, ...others] = range.split('-');
  if (others.length > 0) return false;
  const first = valueIn(field, from);
  if (to === undefined) return first !== undefined && step === undefined;
  const last = valueIn(field, to);
  return first !== undefined && last !== undefined && first <= last;
}

/** Whether `text` is a cron expression of five fields (minute, hour, day, month, weekday) or six (seconds first). */
export function isCronExpression(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  const fields = parts.length === 6 ? [SECOND, ...FIVE_FIELDS] : FIVE_FIELDS;
  if (parts.length !== fields.length) return false;
  return fields.every((field, index) => (parts[index] ?? '').split(',').every((member) => isMember(field, member)));
}
