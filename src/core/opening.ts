/**
 * How a conversation began: the first message of its body, by which later turns are known again where no header names the session.
 * Works on the raw text, so that the same opening gives the same answer however long the conversation has become. Pure.
 */

/** Longer first messages are known by their beginning. */
const MAX_OPENING_LENGTH = 64 * 1024;

/** The first message's raw text without `cache_control`, which clients move along as they go; null when the text shows none. */
export function openingOf(text: string): string | null {
  const list = placeOfValue(text, 'messages');
  if (list === null || text[list] !== '[') return null;
  const start = skipSpace(text, list + 1);
  if (text[start] !== '{') return null;
  const end = Math.min(endOfValue(text, start) ?? text.length, start + MAX_OPENING_LENGTH);
  return withoutCacheMarks(text.slice(start, end));
}

/** By splitting: an expression that also looks for the comma before a mark would look anew from every blank of a long text. */
function withoutCacheMarks(message: string): string {
  const parts = message.split(/"cache_control"\s*:\s*\{[^{}]*\}/);
  const last = parts.pop() ?? '';
  return [...parts.map(withoutLastComma), last].join('');
}

function withoutLastComma(part: string): string {
  const trimmed = part.trimEnd();
  return trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed;
}

/** Where the value of a top-level member begins; null when there is none in the text. */
function placeOfValue(text: string, name: string): number | null {
  let at = skipSpace(text, 0);
  if (text[at] !== '{') return null;
  at += 1;
  for (;;) {
    at = skipSpace(text, at);
    const keyEnd = text[at] === '"' ? endOfString(text, at) : null;
    if (keyEnd === null) return null;
    const key = text.slice(at + 1, keyEnd - 1);
    at = skipSpace(text, keyEnd);
    if (text[at] !== ':') return null;
    at = skipSpace(text, at + 1);
    if (key === name) return at;
    const end = endOfValue(text, at);
    if (end === null) return null;
    at = skipSpace(text, end);
    if (text[at] !== ',') return null;
    at += 1;
  }
}

/** The position behind the value that begins at `at`; null when it does not end within the text. */
function endOfValue(text: string, from: number): number | null {
  if (text[from] === '"') return endOfString(text, from);
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const letter = text[at];
    if (letter === '"') {
      const end = endOfString(text, at);
      if (end === null) return null;
      at = end;
      continue;
    }
    if (letter === '{' || letter === '[') depth += 1;
    else if (depth === 0 && (letter === ',' || letter === '}' || letter === ']')) return at;
    else if (letter === '}' || letter === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
  return null;
}

/** The position behind the closing quote of the string that begins at `at`. */
function endOfString(text: string, at: number): number | null {
  let quote = text.indexOf('"', at + 1);
  while (quote >= 0) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at += 1;
  return at;
}
