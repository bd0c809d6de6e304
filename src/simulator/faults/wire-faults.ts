/** Faults of the connection and of the framing: rows 17 and 18 of the reply table, and what no reply may look like. */
import { z } from 'zod';
import { breakAfter } from './body-steps.ts';
import { defineFault } from './definition.ts';

export const reset = defineFault({
  schema: z.strictObject({
    kind: z.literal('reset'),
    afterEvents: z
      .number()
      .int()
      .nonnegative()
      .nullable()
      .default(null)
      .describe('null: before the head; JSON breaks in the middle'),
    midEvent: z.boolean().default(false).describe('in the middle of the next event'),
  }),
  rows: [18, 19],
  tells: 'resets the connection (RST)',
  act: ({ afterEvents, midEvent }) =>
    afterEvents === null
      ? { kind: 'break', how: 'reset', onlyReused: false }
      : { kind: 'shape', shape: breakAfter('reset', { afterEvents, midEvent }) },
});

export const close = defineFault({
  schema: z.strictObject({ kind: z.literal('close') }),
  rows: [18],
  tells: 'closes the connection (FIN) once the request has come, without a byte',
  act: () => ({ kind: 'break', how: 'close', onlyReused: false }),
});

export const staleConnection = defineFault({
  schema: z.strictObject({ kind: z.literal('stale_connection') }),
  rows: [17],
  tells: 'closes a connection that has carried a request before, just when the next one comes; on a fresh one all is well',
  act: () => ({ kind: 'break', how: 'close', onlyReused: true }),
});

/** Bytes on the wire. None of them is a reply that a client may believe (RFC 9112). */
const MALFORMED = {
  garbage: 'GARBAGE\r\n\r\n',
  two_lengths: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}',
  length_and_chunks: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  bad_chunk: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n',
  bad_field: 'HTTP/1.1 200 OK\r\nno colon here\r\ncontent-length: 2\r\n\r\n{}',
  no_content_with_body: 'HTTP/1.1 204 No Content\r\ncontent-type: text/plain\r\n\r\nbut here it is',
} as const;

export const malformed = defineFault({
  schema: z.strictObject({
    kind: z.literal('malformed'),
    how: z.enum(Object.keys(MALFORMED) as [keyof typeof MALFORMED, ...(keyof typeof MALFORMED)[]]).default('garbage'),
  }),
  rows: [18],
  tells: 'a reply whose framing is wrong',
  act: ({ how }) => ({ kind: 'raw', bytes: MALFORMED[how] }),
});

export const hugeHead = defineFault({
  schema: z.strictObject({
    kind: z.literal('huge_head'),
    fields: z.number().int().positive().max(100_000).default(1).describe('how many fields'),
    bytesPerField: z.number().int().positive().max(10_000_000).default(1_000_000),
  }),
  rows: [18],
  tells: 'a head of more than anybody reads',
  act: ({ fields, bytesPerField }) => {
    const lines = Array.from({ length: fields }, (_, index) => `x-padding-${index}: ${'x'.repeat(bytesPerField)}\r\n`);
    return { kind: 'raw', bytes: `HTTP/1.1 200 OK\r\n${lines.join('')}content-length: 2\r\n\r\n{}` };
  },
});

export const interim = defineFault({
  schema: z.strictObject({
    kind: z.literal('interim'),
    status: z.union([z.literal(100), z.literal(102), z.literal(103)]).default(103),
    times: z.number().int().positive().max(100).default(1),
  }),
  rows: [1],
  tells: 'interim replies before the good one',
  act: ({ status, times }) => ({ kind: 'interim', status, times }),
});
