/** What one log line looks like: exactly one line of bounded length, whatever the fields hold. */

/** Longest line, in characters: what collectors take in one piece. */
const MAX_LENGTH = 8192;
/** Of a line that is too long, so much is kept; as part of a JSON text it may become twice as long. */
const KEPT_LENGTH = 3500;

/** Characters that end a line, steer a terminal or turn the direction of writing: a reader must see them, not obey them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Such texts are told apart from their neighbours by quotes. */
const NEEDS_QUOTES = /^$|[\s"\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** Nearly every line, and nearly every value, is as plain as that: one quick look then saves the thorough one. */
const PLAIN_LINE = /^[\x20-\x7e]*$/;
const PLAIN_VALUE = /^[\x21\x23-\x7e]+$/;

const visible = (text: string): string =>
  PLAIN_LINE.test(text) ? text : text.replaceAll(UNSEEN, (unseen) => `\\u${unseen.charCodeAt(0).toString(16).padStart(4, '0')}`);

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
export function textLine(fields: Readonly<Record<string, unknown>>): string {
  let said = String(fields['message']);
  for (const key of Object.keys(fields)) {
    if (key !== 'timestamp' && key !== 'level' && key !== 'message') said += ` ${key}=${valueText(fields[key])}`;
  }
  // The level may be in colour.
  const line = `${String(fields['timestamp'])} ${String(fields['level']).padEnd(5)} ${visible(said)}`;
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1)}…`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string' && (PLAIN_VALUE.test(value) || !NEEDS_QUOTES.test(value))) return value;
  if (Number.isFinite(value)) return String(value);
  return JSON.stringify(value) ?? String(value);
}
