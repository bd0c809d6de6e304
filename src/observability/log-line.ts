/** What one log line looks like: exactly one line of bounded length, whatever the fields hold. */

/** Longest line, in characters: what collectors take in one piece. */
const MAX_LENGTH = 8192;
/** Of a line that is too long, so much is kept; as part of a JSON text it may become twice as long. */
const KEPT_LENGTH = 3500;

/** Characters that end a line, steer a terminal or turn the direction of writing: a reader must see them, not obey them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Such texts are told apart from their neighbours by quotes. */
const NEEDS_QUOTES = /^$|[\s"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const visible = (text: string): string =>
  text.replaceAll(UNSEEN, (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** One JSON document. */
export function jsonLine(fields: Readonly<Record<string, unknown>>): string {
  const line = visible(JSON.stringify(fields));
  if (line.length <= MAX_LENGTH) return line;
  const { timestamp, level, message } = fields;
  return visible(
    JSON.stringify({ timestamp, level, message: String(message).slice(0, KEPT_LENGTH / 10), cut: line.slice(0, KEPT_LENGTH) }),
  );
}

/** `2026-11-24T12:00:00.000Z info  message  key=value …` */
export function textLine({ timestamp, level, message, ...fields }: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${valueText(value)}`);
  // The level may be in colour.
  const line = `${String(timestamp)} ${String(level).padEnd(5)} ${visible([String(message), ...pairs].join(' '))}`;
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`;
}

const valueText = (value: unknown): string =>
  typeof value === 'string' && !NEEDS_QUOTES.test(value) ? value : (JSON.stringify(value) ?? String(value));
