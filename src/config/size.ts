/** Sizes as people write them (`32mb`, `256kb`, plain bytes), to bytes and back. 1 kb is 1024 bytes, as in nginx and Node's own limits. */

const UNITS = [
  ['gb', 1024 ** 3],
  ['mb', 1024 ** 2],
  ['kb', 1024],
  ['b', 1],
] as const;

const SIZE = /^(\d{1,16}) ?(b|kb|mb|gb)?$/i;

/** Bytes of a text such as `32mb`, or undefined when it is no size or more than can be counted exactly. Case is ignored; fractions are refused. */
export function parseSize(text: string): number | undefined {
  const match = SIZE.exec(text);
  if (!match) return undefined;
  const unit = (match[2] ?? 'b').toLowerCase();
  const bytes = Number(match[1]) * (UNITS.find(([name]) => name === unit)?.[1] ?? 1);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The shortest text that `parseSize` reads back as `bytes` (a whole number, not negative): 33554432 → `32mb`. */
export function formatSize(bytes: number): string {
  const [unit, factor] = UNITS.find(([, each]) => bytes >= each && bytes % each === 0) ?? ['b', 1];
  return `${bytes / factor}${unit}`;
}
