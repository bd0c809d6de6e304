/** A value of the configuration as it would be written in the file. */
import { formatDuration } from './duration.ts';
import type { Config, KnownKey } from './schema.ts';
import type { WrittenValue } from './setting.ts';
import { formatSize } from './size.ts';

/** Null where nothing is set. Of a secret it is the secret itself: mask it. */
export function writtenValue(config: Config, { section, property, setting }: KnownKey): WrittenValue {
  const value = (config[section] as Readonly<Record<string, WrittenValue | undefined>>)[property] ?? null;
  // An entry is known by its name; the rest of it stands in the file.
  if (setting.kind === 'entries') return (value as unknown as readonly { readonly name: string }[]).map(({ name }) => name);
  if (typeof value !== 'number') return value;
  if (setting.unit === 'ms') return formatDuration(value);
  return setting.unit === 'bytes' ? formatSize(value) : value;
}
