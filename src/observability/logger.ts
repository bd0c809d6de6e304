/** The log: winston, redacted before any transport sees a line. The only file that knows the library. */
import { styleText } from 'node:util';
import { createLogger as createWinston, format, type Logger as Winston } from 'winston';
import Transport from 'winston-transport';
import { LineBuffer } from './line-buffer.ts';
import { type LoggedLine, LogHistory } from './log-history.ts';
import { jsonLine, textLine } from './log-line.ts';
import { redactFields } from './redact.ts';

export type LogLevel = LoggedLine['level'];
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
  /** The last lines that were written. */
  readonly history: LogHistory;
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
  const history = new LogHistory();
  let lineOf: (fields: LogFields) => string = lineShapes[firstShape];
  const out = stream ?? createStderrBuffer((info) => lineOf(info));
  const colours = stream === undefined && inColour('x', 'error') !== 'x';
  let level = firstLevel;
  const winston = createWinston({
    level,
    levels: LEVELS,
    format: formatOf({ shape: firstShape, colours, history }),
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
    history,
    dropped: () => (out instanceof LineBuffer ? out.dropped : 0),
    configure(options) {
      level = options.level;
      lineOf = lineShapes[options.format];
      winston.level = level;
      winston.format = formatOf({ shape: options.format, colours, history });
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

interface LineMaking {
  readonly shape: LoggerOptions['format'];
  readonly colours: boolean;
  readonly history: LogHistory;
}

/** Everything in one step: most lines tell of a request, and each further step would copy all their fields once more. */
function formatOf({ shape, colours, history }: LineMaking) {
  const lineOf = lineShapes[shape];
  const inColours = colours && shape === 'text';
  const make = ({ level, message, [FIELDS]: fields, [AT]: at }: Info): (() => string) => {
    const given = typeof fields === 'function' ? fields() : fields;
    const clean = redactFields({ ...given, level, message });
    clean['timestamp'] = (at ?? new Date()).toISOString();
    const line = `${lineOf(inColours ? { ...clean, level: inColour(level.padEnd(LEVEL_WIDTH), level) } : clean)}\n`;
    return () => {
      history.append(clean, line.length);
      return line;
    };
  };
  return format((info) => {
    const said = info as Info;
    // What may change is looked at now; told, and remembered, it is in its turn.
    info[LINE] = typeof said[FIELDS] === 'function' ? () => make(said)() : make(said);
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

  override log({ [LINE]: line }: Readonly<Record<symbol, () => string>>, done: () => void): void {
    if (line && this.#out instanceof LineBuffer) this.#out.write(line);
    else if (line) this.#out.write(line());
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
