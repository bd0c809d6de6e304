/** Faults in the course of a good reply, most of them of streams: row 19 of the reply table, and streams that are well but look odd. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { errorEvent, eventText, ping, type ServerEvent } from '../server-event.ts';
import type { Step } from './action.ts';
import { asEventSteps, breakAfter, halves } from './body-steps.ts';
import { defineFault } from './definition.ts';

const events = z.number().int().nonnegative();
const ms = z.number().nonnegative().max(3_600_000);

const textOf = (all: readonly ServerEvent[]): string => all.map(eventText).join('');
const isStop = ({ name }: ServerEvent): boolean => name === 'message_stop';

export const stall = defineFault({
  schema: z.strictObject({ kind: z.literal('stall'), afterEvents: events }),
  rows: [19],
  tells: 'stops sending until it is released, and keeps the connection open; JSON stops in the middle',
  act: ({ afterEvents }) => ({
    kind: 'shape',
    shape: {
      stream: (all) => [...asEventSteps(all.slice(0, afterEvents)), { kind: 'hold' }, ...asEventSteps(all.slice(afterEvents))],
      message(text) {
        const [first, second] = halves(text);
        return [first, { kind: 'hold' }, second];
      },
    },
  }),
});

export const cut = defineFault({
  schema: z.strictObject({
    kind: z.literal('cut'),
    afterEvents: events,
    midEvent: z.boolean().default(false).describe('in the middle of the next event'),
  }),
  rows: [19],
  tells: 'closes the connection (FIN) without a proper end after so many events; JSON breaks in the middle',
  act: (parameters) => ({ kind: 'shape', shape: breakAfter('close', parameters) }),
});

export const slow = defineFault({
  schema: z.strictObject({
    kind: z.literal('slow'),
    msPerEvent: ms,
    firstMs: ms.optional().describe('before the first event, or before JSON; without it as before every event, and JSON at once'),
  }),
  rows: [1],
  tells: 'waits before every event, as a model does that thinks first and then speaks',
  act({ msPerEvent, firstMs }) {
    const pause = (length: number): Step => ({ kind: 'pause', ms: length });
    return {
      kind: 'shape',
      shape: {
        stream: (all) =>
          all.flatMap((event, index): Step[] => [
            pause(index === 0 ? (firstMs ?? msPerEvent) : msPerEvent),
            { kind: 'event', event },
          ]),
        ...(firstMs === undefined ? {} : { message: (text) => [pause(firstMs), { kind: 'bytes', bytes: text }] }),
      },
    };
  },
});

export const silence = defineFault({
  schema: z.strictObject({
    kind: z.literal('silence'),
    afterEvents: events.default(3),
    ms: ms.describe('how long nothing comes'),
    pings: z.number().int().nonnegative().max(1000).default(0).describe('how many pings come within it, evenly'),
  }),
  rows: [1],
  tells: 'falls silent in mid-stream, and goes on',
  act: ({ afterEvents, ms: total, pings }) => ({
    kind: 'shape',
    shape: {
      stream: (all) => [
        ...asEventSteps(all.slice(0, afterEvents)),
        ...Array.from({ length: pings }, (): Step[] => [
          { kind: 'pause', ms: total / (pings + 1) },
          { kind: 'event', event: ping },
        ]).flat(),
        { kind: 'pause', ms: total / (pings + 1) },
        ...asEventSteps(all.slice(afterEvents)),
      ],
    },
  }),
});

export const endEarly = defineFault({
  schema: z.strictObject({
    kind: z.literal('end_early'),
    afterEvents: events.nullable().default(null).describe('null: all but `message_stop`'),
  }),
  rows: [19],
  tells: 'ends the stream as if all were well, before its last event',
  act: ({ afterEvents }) => ({
    kind: 'shape',
    shape: {
      stream: (all) => asEventSteps(afterEvents === null ? all.filter((event) => !isStop(event)) : all.slice(0, afterEvents)),
    },
  }),
});

export const errorInStream = defineFault({
  schema: z.strictObject({
    kind: z.literal('error_event'),
    afterEvents: events.default(4),
    type: z.string().default('overloaded_error'),
    message: z.string().default('Overloaded'),
  }),
  rows: [1],
  tells: 'an error event in mid-stream, and the end',
  act: ({ afterEvents, type, message }) => ({
    kind: 'shape',
    shape: { stream: (all) => asEventSteps([...all.slice(0, afterEvents), errorEvent(type, message)]) },
  }),
});

export const afterStop = defineFault({
  schema: z.strictObject({ kind: z.literal('after_stop') }),
  rows: [1],
  tells: 'a second `message_stop` and a ping behind the end of the message',
  act: () => ({
    kind: 'shape',
    shape: { stream: (all) => asEventSteps([...all, ...all.filter(isStop), ping]) },
  }),
});

const LINE_ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

export const reshaped = defineFault({
  schema: z.strictObject({
    kind: z.literal('reshaped'),
    lineEnds: z.enum(['lf', 'crlf', 'cr']).default('lf'),
    byteOrderMark: z.boolean().default(false),
    bytesPerWrite: z
      .number()
      .int()
      .positive()
      .max(1_000_000)
      .default(1_000_000)
      .describe('cuts anywhere, also within a character'),
    msPerWrite: ms.default(0),
  }),
  rows: [1],
  tells: 'a good stream with other line ends, in other pieces, at another pace',
  act: ({ lineEnds, byteOrderMark, bytesPerWrite, msPerWrite }) => ({
    kind: 'shape',
    shape: {
      *stream(all) {
        const text = (byteOrderMark ? '\uFEFF' : '') + textOf(all).replaceAll('\n', LINE_ENDS[lineEnds]);
        const bytes = Buffer.from(text, 'utf8');
        for (let at = 0; at < bytes.length; at += bytesPerWrite) {
          if (msPerWrite > 0) yield { kind: 'pause', ms: msPerWrite };
          yield { kind: 'bytes', bytes: bytes.subarray(at, at + bytesPerWrite) };
        }
      },
    },
  }),
});

export const flood = defineFault({
  schema: z.strictObject({
    kind: z.literal('flood'),
    bytes: z.number().int().positive().max(1_000_000_000).default(10_000_000).describe('of text, all events together'),
    bytesPerEvent: z.number().int().positive().max(10_000_000).default(10_000).describe('a million: one line of 1 MB'),
  }),
  rows: [1],
  tells: 'a long stream, as fast as it is read',
  act: ({ bytes, bytesPerEvent }) => ({
    kind: 'shape',
    shape: {
      *stream(all) {
        const isEnd = ({ name }: ServerEvent): boolean => name === 'content_block_stop';
        const end = all.findIndex(isEnd);
        yield* asEventSteps(all.slice(0, end));
        const delta = { type: 'text_delta', text: 'x'.repeat(bytesPerEvent) };
        const event: ServerEvent = { name: 'content_block_delta', data: { type: 'content_block_delta', index: 0, delta } };
        for (let sent = 0; sent < bytes; sent += bytesPerEvent) yield { kind: 'event', event };
        yield* asEventSteps(all.slice(end));
      },
    },
  }),
});

export const noEvent = defineFault({
  schema: z.strictObject({
    kind: z.literal('no_event'),
    bytes: z.number().int().positive().max(10_000_000).default(100_000).describe('of comments, before the first event'),
  }),
  rows: [1],
  tells: 'a stream that begins with many bytes and no event',
  act: ({ bytes }) => ({
    kind: 'shape',
    shape: { stream: (all) => [{ kind: 'bytes', bytes: `:${'x'.repeat(bytes)}\n\n` }, ...asEventSteps(all)] },
  }),
});

const ENCODERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync } as const;

export const compressed = defineFault({
  schema: z.strictObject({ kind: z.literal('compressed'), encoding: z.enum(['gzip', 'br', 'deflate']).default('gzip') }),
  rows: [1],
  tells: 'a compressed reply, although nobody asked for one',
  act: ({ encoding }) => {
    const pack = (text: string): Step[] => [{ kind: 'bytes', bytes: ENCODERS[encoding](text) }];
    return {
      kind: 'shape',
      shape: { headers: { 'content-encoding': encoding }, stream: (all) => pack(textOf(all)), message: pack },
    };
  },
});

export const unstreamed = defineFault({
  schema: z.strictObject({ kind: z.literal('unstreamed') }),
  rows: [1],
  tells: 'JSON where a stream was asked for',
  act: () => ({ kind: 'unstreamed' }),
});
