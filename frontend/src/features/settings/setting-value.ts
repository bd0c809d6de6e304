/** Values of settings as text: to show, to edit, and back. Pure. */
import type { Setting } from '@/api/settings.ts';

export type Value = Setting['value'];

/** For people. */
export function showValue({ value, is_set_secret, kind }: Pick<Setting, 'value' | 'is_set_secret' | 'kind'>): string {
  if (is_set_secret) return '(set)';
  if (value === null || value === '') return 'not set';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  if (kind === 'boolean') return value === true ? 'yes' : 'no';
  return String(value);
}

/** As it stands in an input; a list has one entry a line. */
export const toInput = (value: Value): string => (value === null ? '' : Array.isArray(value) ? value.join('\n') : String(value));

/** What an input's text stands for. Numbers that are none are sent as they are: the server says what is wrong with them. */
export function fromInput(text: string, kind: Setting['kind']): Value {
  const trimmed = text.trim();
  if (kind === 'list')
    return trimmed
      .split(/[\n,]/)
      .map((entry) => entry.trim())
      .filter(Boolean);
  if (kind === 'boolean') return trimmed === 'true';
  if (kind === 'integer' || kind === 'fraction')
    return trimmed === '' || Number.isNaN(Number(trimmed)) ? trimmed : Number(trimmed);
  return trimmed;
}

const ORIGINS = {
  default: 'default',
  file: 'from the file',
  settings: 'set here',
  environment: 'from the environment',
  flag: 'from a flag',
} satisfies Record<Setting['origin']['kind'], string>;

/** `from the file config.yaml:12`. */
export function showOrigin({ kind, name, line }: Setting['origin']): string {
  if (kind === 'default' || kind === 'settings' || name === null) return ORIGINS[kind];
  return `${ORIGINS[kind]}: ${name}${line === null ? '' : `:${line}`}`;
}
