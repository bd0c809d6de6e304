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
const HIDDEN = '[secret]';
const MAX_DEPTH = 6;

export const redactText = (text: string): string => SECRET_TEXT.reduce((clean, shape) => clean.replaceAll(shape, HIDDEN), text);

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
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactField(key, inner, depth)]));
}

function redactField(key: string, value: unknown, depth: number): unknown {
  const isSecret = SECRET_FIELD.test(key) && !FIGURE_FIELD.test(key) && typeof value === 'string';
  return isSecret ? HIDDEN : redact(value, depth + 1);
}
