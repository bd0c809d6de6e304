/**
 * Requests whose two framings disagree, after the sets that tools for finding request smuggling try: the length and the encoding both
 * there, one of them written so that some servers heed it and others do not. Made, not listed; the same ones every time.
 */

export interface SmugglingCase {
  /** What was done to which field. */
  readonly what: string;
  /** Header lines that say how long the body is, latin1. */
  readonly framing: readonly string[];
  readonly body: string;
}

/** What an attacker wants to have taken for a request. It has no key, so that it opens nothing where it is taken for one rightly. */
const HIDDEN = 'GET /v1/smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** Who goes by the length reads all of it; who goes by the chunks finds another request behind the last one. */
const endsEarlyInChunks = `0\r\n\r\n${HIDDEN}`;
/** Who goes by the chunks reads all of it; who goes by the length finds another request behind the first four bytes. */
const endsEarlyByLength = `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`;

interface Mutation {
  readonly what: string;
  readonly lines: readonly string[];
}

const BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
const inHex = (byte: string): string => `0x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Where a byte is put into a field, by where it hides from a parser. */
const PLACES: Readonly<Record<string, (name: string, value: string, byte: string) => string>> = {
  'before the name': (name, value, byte) => `${byte}${name}: ${value}`,
  'within the name': (name, value, byte) => `${name.slice(0, 5)}${byte}${name.slice(5)}: ${value}`,
  'for the hyphen': (name, value, byte) => `${name.replace('-', byte)}: ${value}`,
  'before the colon': (name, value, byte) => `${name}${byte}: ${value}`,
  'for the space': (name, value, byte) => `${name}:${byte}${value}`,
  'before the value': (name, value, byte) => `${name}: ${byte}${value}`,
  'after the value': (name, value, byte) => `${name}: ${value}${byte}`,
};

const bytesIn = (name: string, value: string, places = Object.keys(PLACES)): Mutation[] =>
  Object.entries(PLACES).flatMap(([place, write]) =>
    !places.includes(place)
      ? []
      : BYTES.map((byte) => ({ what: `${inHex(byte)} ${place} of ${name}`, lines: [write(name, value, byte)] })),
  );

const ENCODING_VALUES = [
  'chunked',
  'Chunked',
  'CHUNKED',
  'chunKed',
  'xchunked',
  'chunkedx',
  'chunk',
  'chunked;',
  'chunked;q=1',
  'chunked, identity',
  'identity, chunked',
  'identity',
  'gzip, chunked',
  'chunked, gzip',
  'chunked, chunked',
  ',chunked',
  'chunked,',
  '"chunked"',
  "'chunked'",
  'chunked chunked',
  'ch\r\n unked',
  '\r\n chunked',
  '\r\n\tchunked',
  'cow',
  '',
];
const ENCODING_NAMES = [
  'Transfer-Encoding',
  'transfer-encoding',
  'TRANSFER-ENCODING',
  'Transfer_Encoding',
  'TE',
  'X-Transfer-Encoding',
];

const words: readonly Mutation[] = ENCODING_NAMES.flatMap((name) =>
  ENCODING_VALUES.map((value) => ({ what: `${name}: ${JSON.stringify(value)}`, lines: [`${name}: ${value}`] })),
);

/** Two fields of which one is odd. */
const pairs: readonly Mutation[] = ENCODING_VALUES.flatMap((value) => [
  { what: `${JSON.stringify(value)} before chunked`, lines: [`Transfer-Encoding: ${value}`, 'Transfer-Encoding: chunked'] },
  { what: `${JSON.stringify(value)} after chunked`, lines: ['Transfer-Encoding: chunked', `Transfer-encoding: ${value}`] },
]);

const encodings: readonly Mutation[] = [...bytesIn('Transfer-Encoding', 'chunked'), ...words, ...pairs];

/** The encoding in every odd form, beside a length that covers everything. */
const clTe: readonly SmugglingCase[] = encodings.map(({ what, lines }) => ({
  what: `CL.TE ${what}`,
  framing: [`Content-Length: ${endsEarlyInChunks.length}`, ...lines],
  body: endsEarlyInChunks,
}));
/** The same beside a length that covers four bytes. */
const teCl: readonly SmugglingCase[] = encodings.map(({ what, lines }) => ({
  what: `TE.CL ${what}`,
  framing: [...lines, 'Content-Length: 4'],
  body: endsEarlyByLength,
}));

const LENGTH_VALUES = ['+', '-', '0x', '0', '00', '1e', ' ', '\t', '4,', '4, ', '"', "'", '\u00a0', '\u00b2', '.', '_'];
const full = String(HIDDEN.length);
/** No encoding at all: a length that some read as none, and a hidden request as the body. */
const lengths: readonly SmugglingCase[] = [
  ...LENGTH_VALUES.flatMap((odd) => [
    { what: `0.CL ${JSON.stringify(odd)} before the length`, framing: [`Content-Length: ${odd}${full}`], body: HIDDEN },
    { what: `CL.0 ${JSON.stringify(odd)} after the length`, framing: [`Content-Length: ${full}${odd}`], body: HIDDEN },
  ]),
  ...bytesIn('Content-Length', full, ['before the name', 'before the colon', 'after the value']).map(({ what, lines }) => ({
    what: `0.CL ${what}`,
    framing: lines,
    body: HIDDEN,
  })),
  ...['0', full, '1'].flatMap((first) =>
    ['0', full, '1'].map((second) => ({
      what: `CL.CL ${first} and ${second}`,
      framing: [`Content-Length: ${first}`, `content-length: ${second}`],
      body: HIDDEN,
    })),
  ),
];

export const corpus = { clTe, teCl, lengths } as const;
