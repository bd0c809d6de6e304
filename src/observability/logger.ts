/** The log: winston, redacted before any transport sees a line. The only file that knows the library. */
import { styleText } from 'node:util';
import { createLogger as createWinston, format, type Logger as Winston } from 'winston';
import Transport from 'winston-transport';
import { LineBuffer } from './line-buffer.ts';
import { jsonLine, textLine } from './log-line.ts';
import { redactFields } from './redact.ts';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  /** `fields` as a function: made when the line is written, up to 100 ms later, from what does not change until then. */
  info(message: string, fields?: LogFields | (() => LogFields)): void;
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
  const colours = stream === undefined && inColour('x', 'error') !== 'x';
  let level = firstLevel;
  const winston = createWinston({
    level,
    levels: LEVELS,
    format: formatOf(firstShape, colours),
    transports: [new LineTransport(out)],
  });
  const at =
    (name: LogLevel) =>
    (message: string, fields: LogFields | (() => LogFields) = {}) => {
      winston.log({ level: name, message, [FIELDS]: fields, [AT]: new Date() });
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

/** What comes along with level and message, not yet looked at, and when. */
const FIELDS = Symbol('fields');
const AT = Symbol('at');
/** Under this symbol winston's formats hand the line to its transports. */
const LINE = Symbol.for('message');

type Info = Readonly<Record<string | symbol, unknown>> & {
  readonly level: string;
  readonly message: unknown;
  readonly [FIELDS]?: LogFields | (() => LogFields);
  readonly [AT]?: Date;
};

/** Everything in one step: most lines tell of a request, and each further step would copy all their fields once more. */
function formatOf(shape: LoggerOptions['format'], colours: boolean) {
  const lineOf = lineShapes[shape];
  const inColours = colours && shape === 'text';
  const make = ({ level, message, [FIELDS]: fields, [AT]: at }: Info): string => {
    const given = typeof fields === 'function' ? fields() : fields;
    const clean = redactFields({ ...given, level, message });
    if (inColours) clean['level'] = inColour(level.padEnd(LEVEL_WIDTH), level);
    clean['timestamp'] = (at ?? new Date()).toISOString();
    return `${lineOf(clean)}\n`;
  };
  return format((info) => {
    const said = info as Info;
    info[LINE] = typeof said[FIELDS] === 'function' ? () => make(said) : make(said);
    return info;
  })();
}

const COLOURS: Readonly<Record<string, 'red' | 'yellow' | 'green' | 'blue'>> = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
};
const LEVEL_WIDTH = 5;

/** In the colour of the level where standard error is a terminal that shows colours; NO_COLOR and FORCE_COLOR have the last word. */
const inColour = (text: string, level: string): string => styleText(COLOURS[level] ?? 'reset', text, { stream: process.stderr });

class LineTransport extends Transport {
  readonly #out: NodeJS.WritableStream | LineBuffer;

  constructor(out: NodeJS.WritableStream | LineBuffer) {
    super();
    this.#out = out;
  }

  override log({ [LINE]: line }: Readonly<Record<symbol, string | (() => string)>>, done: () => void): void {
    if (this.#out instanceof LineBuffer) this.#out.write(line ?? '');
    else this.#out.write(typeof line === 'function' ? line() : (line ?? ''));
    done();
  }
}

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
