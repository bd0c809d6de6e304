/** The log: winston, redacted before any transport sees a line. The only file that knows the library. */
import { createLogger as createWinston, format, transports, type Logger as Winston } from 'winston';
import { LineBuffer } from './line-buffer.ts';
import { jsonLine, textLine } from './log-line.ts';
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
  /** Lines that nobody read in time, so that they were never written. */
  dropped(): number;
  /** Another level or format from the next line on. */
  configure(options: Pick<LoggerOptions, 'level' | 'format'>): void;
  /** Resolves when every line has left the process. */
  flush(): Promise<void>;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  /** Where lines go; standard error unless a test says otherwise. */
  readonly stream?: NodeJS.WritableStream;
}

const lineShapes = { text: textLine, json: jsonLine } as const;

const LEVELS: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3 };

export function createLogger({ level: firstLevel, format: firstShape, stream }: LoggerOptions): Logger {
  let lineOf: (fields: LogFields) => string = lineShapes[firstShape];
  const out = stream ?? createStderrBuffer((info) => lineOf(info));
  const colours = stream === undefined && process.stderr.isTTY;
  let level = firstLevel;
  const winston = createWinston({
    level,
    levels: LEVELS,
    format: formatOf(firstShape, colours),
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
    dropped: () => (out instanceof LineBuffer ? out.dropped : 0),
    configure(options) {
      level = options.level;
      lineOf = lineShapes[options.format];
      winston.level = level;
      winston.format = formatOf(options.format, colours);
    },
    async flush() {
      await end(winston);
      if (out instanceof LineBuffer) out.leave();
    },
  };
}

const formatOf = (shape: LoggerOptions['format'], colours: boolean) =>
  format.combine(
    format((info) => Object.assign(info, redactFields(info)))(),
    format.timestamp(),
    ...(colours && shape === 'text' ? [format.colorize()] : []),
    format.printf(lineShapes[shape]),
  );

/** Whatever way the process ends by itself, its last lines are written. */
function createStderrBuffer(lineOf: (fields: LogFields) => string): LineBuffer {
  const tellDropped = (count: number) =>
    `${lineOf({ timestamp: new Date().toISOString(), level: 'warn', message: 'log lines were dropped: nobody read the ones before', count })}\n`;
  const lines = new LineBuffer(process.stderr, tellDropped);
  // Who reads the log may go away; the server stays.
  process.stderr.on('error', () => undefined);
  process.once('exit', () => lines.leave());
  return lines;
}

function end(winston: Winston): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  winston.once('finish', resolve);
  winston.end();
  return promise;
}
