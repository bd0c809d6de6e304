/** How commands speak: plain lines for people, one JSON document for programs; failures as values with an exit code. */

import { stripVTControlCharacters, styleText } from 'node:util';

/** How a command ended, as scripts see it. */
export const EXIT = { done: 0, failed: 1, misused: 2, interrupted: 130 } as const;

/** A failure that its message explains; printed without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface Output {
  /** One line for a person; nothing with `--json`. */
  line(text?: string): void;
  /** The result: as JSON with `--json`, else as `text` says. */
  result(value: unknown, text: () => string): void;
  readonly json: boolean;
}

export const createOutput = (json: boolean): Output => ({
  json,
  line(text = '') {
    if (!json) process.stdout.write(`${text}\n`);
  },
  result(value, text) {
    process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : `${text()}\n`);
  },
});

/** Columns as wide as their widest cell, two spaces apart. Cells may be coloured. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widthOf = (cell: string) => stripVTControlCharacters(cell).length;
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell)))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}

const TONES = { good: 'green', bad: 'red', doubtful: 'yellow', aside: 'dim' } as const;
export type Tone = keyof typeof TONES;

/** Coloured where standard output is a terminal that shows colours; NO_COLOR and FORCE_COLOR have the last word. */
export const toned = (tone: Tone, text: string): string => styleText(TONES[tone], text, { stream: process.stdout });
