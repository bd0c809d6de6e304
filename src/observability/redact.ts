/** Takes secrets out of whatever is about to be logged: by the name of the field, and by the shape of the text. */

const SECRET_FIELD = /(authorization|api[-_]?key|secret|password|cookie|token|verifier|^code$|^state$|csrf)/i;
/** Counts of tokens are figures, and ids of keys are names: neither opens anything. */
const FIGURE_FIELD = /(tokens|id)$/i;
const SECRET_TEXT = [
  /\bhg_[0-9A-Za-z]{6,}/g,
  /\bhga_[0-9A-Za-z_-]{6,}/g,
  /\bsk-ant-[0-9A-Za-z_-]{6,}/g,
  /\bBearer\s+[^\s"',;]+/gi,
  /\b(code|state|code_verifier|access_token|refresh_token|client_secret|api_key)=[^&\s"']+/gi,
];
/** Nearly every text is without any of these, and one look tells so: all shapes above begin like this, or hold it. */
const SUSPICIOUS = /hga?_|sk-ant-|bearer\s|=/i;
const HIDDEN = '[secret]';
const MAX_DEPTH = 6;

/** Longest text that is logged, in characters; nobody reads more, and looking for secrets in it would take its time. */
const MAX_TEXT = 2048;

export function redactText(text: string): string {
  const read = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  return SUSPICIOUS.test(read) ? SECRET_TEXT.reduce((clean, shape) => clean.replaceAll(shape, HIDDEN), read) : read;
}

/** A copy without secrets. Errors are reduced to name, message and code; deep nesting is cut. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Error) {
    const code = (value as NodeJS.ErrnoException).code;
    return { name: value.name, message: redactText(value.message), ...(code ? { code } : {}) };
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return redactFields(value as Readonly<Record<string, unknown>>, depth);
}

/** A copy of an object's fields without secrets. */
export function redactFields(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    clean[key] = typeof value === 'string' && namesSecret(key) ? HIDDEN : redact(value, depth + 1);
  }
  return clean;
}

const verdicts = new Map<string, boolean>();
const MAX_VERDICTS = 1000;

/** Field names repeat with every line, so each is judged once, as long as there are not too many of them. */
function namesSecret(key: string): boolean {
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = SECRET_FIELD.test(key) && !FIGURE_FIELD.test(key);
  if (verdicts.size < MAX_VERDICTS) verdicts.set(key, verdict);
  return verdict;
}
