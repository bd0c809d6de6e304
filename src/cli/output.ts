/** How commands speak: plain lines for people, one JSON document for programs; failures as values with an exit code. */

/** A failure that its message explains; printed without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
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

/** Columns as wide as their widest cell, two spaces apart. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}
