/** What is wrong with a configuration: faults as data, their text for a terminal, and the error that carries them all. */

/** One fault. No field ever holds the value of a secret. */
export interface ConfigFault {
  /** Where the value came from: a file's name, `environment variable AUTH__API_KEY`, `flag --port`. */
  readonly source: string;
  /** Line in that file, from 1. */
  readonly line?: number;
  /** Path of the key, `server.port`, or what stood in its place. */
  readonly key: string;
  /** What was found, printable and short. */
  readonly found: string;
  /** What would have been right. */
  readonly allowed: string;
  /** The cure, where one can be named. */
  readonly hint?: string;
}

/** Thrown when the configuration cannot be used; carries every fault that was found, not only the first. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(formatFaults(faults));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** All faults as text for a terminal: a headline, then a place and a reason for each. */
export function formatFaults(faults: readonly ConfigFault[]): string {
  const headline = faults.length === 1 ? 'The configuration has a fault:' : `The configuration has ${faults.length} faults:`;
  return [headline, ...faults.map(formatFault)].join('\n');
}

function formatFault({ source, line, key, found, allowed, hint }: ConfigFault): string {
  const place = line === undefined ? source : `${source}:${line}`;
  const lines = [`  ${place}: ${key}`, `    found:   ${found}`, `    allowed: ${allowed}`];
  if (hint !== undefined) lines.push(`    hint:    ${hint}`);
  return lines.join('\n');
}

/** Longest part of a found value that is shown. */
const MAX_SHOWN = 80;

/** A value from outside in a form that is safe to print: one line, short, without user info of URLs or things that look like an API key. */
export function describeFound(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const written = typeof value === 'string' ? JSON.stringify(withoutSecrets(value)) : structure(value);
  const printable = written.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return printable.length > MAX_SHOWN ? `${printable.slice(0, MAX_SHOWN)}…` : printable;
}

function structure(value: unknown): string {
  if (Array.isArray(value) && value.length === 0) return 'an empty list';
  if (Array.isArray(value)) return `a list of ${value.length}: ${withoutSecrets(value.map(scalar).join(', '))}`;
  return typeof value === 'object' ? 'a group of keys' : scalar(value);
}

const scalar = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? String(value) : '…';

const withoutSecrets = (text: string) =>
  text
    .replace(/\/\/[^/?#\s]*@/g, '//…@')
    .replace(/(https?:[^?#\s]*)[?#]\S*/gi, '$1?…')
    .replace(/\bsk-[\w-]+/g, 'sk-…');
