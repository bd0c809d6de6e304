/** The log: winston, redacted before any transport sees a line. The only file that knows the library. */
import { createLogger as createWinston, format, transports, type Logger as Winston } from 'winston';
import { LineBuffer } from './line-buffer.ts';
import { redactFields } from './redact.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** Would a line of this level be written? Asked before costly fields are made. */
  enabled(level: LogLevel): boolean;
  /** Resolves when every line has left the process. */
  flush(): Promise<void>;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  /** Where lines go; standard error unless a test says otherwise. */
  readonly stream?: NodeJS.WritableStream;
}

const LEVELS: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

export function createLogger({ level, format: shape, stream }: LoggerOptions): Logger {
  const out = stream ?? createStderrBuffer();
  const colours = shape === 'text' && stream === undefined && process.stderr.isTTY;
  const winston = createWinston({
    level,
    levels: LEVELS,
    format: format.combine(
      format((info) => Object.assign(info, redactFields(info)))(),
      format.timestamp(),
      shape === 'json' ? format.json() : format.combine(...(colours ? [format.colorize()] : []), format.printf(asText)),
    ),
    transports: [new transports.Stream({ stream: out })],
  });
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      winston.log({ ...fields, level: name, message });
      // Nothing may come after an error.
      if (name === 'error' && out instanceof LineBuffer) out.flush();
    };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    enabled: (name) => LEVELS[name] <= (LEVELS[level] ?? 0),
    async flush() {
      await end(winston);
      if (out instanceof LineBuffer) out.flush();
    },
  };
}

/** `2026-11-24T12:00:00.000Z info  message  key=value …` */
function asText({ timestamp, level, message, ...fields }: Record<string, unknown>): string {
  const pairs = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [String(timestamp), String(level).padEnd(5), String(message), ...pairs].join(' ');
}

/** Whatever way the process ends by itself, its last lines are written. */
function createStderrBuffer(): LineBuffer {
  const lines = new LineBuffer((text) => process.stderr.write(text));
  process.once('exit', () => lines.flush());
  return lines;
}

function end(winston: Winston): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  winston.once('finish', resolve);
  winston.end();
  return promise;
}
