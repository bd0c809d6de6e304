/** The last lines of the server's log, and those to come. */
import { z } from 'zod';
import { instantSchema } from './common.ts';

/** In a query a switch is on by being `true`. */
const switchSchema = z.enum(['true', 'false']).transform((word) => word === 'true');

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most));

export const MAX_LOG_LINES = 1000;
/** Longest that a request for lines to come is held. */
export const MAX_LOG_WAIT_SECONDS = 30;

export const logQuerySchema = z.strictObject({
  limit: wholeNumber(1, MAX_LOG_LINES).default(100).describe('At most so many lines: the newest, or with `after` the next ones.'),
  after: z.string().min(1).max(100).optional().describe('The `next` of an earlier reply: only what came since then.'),
  wait: wholeNumber(0, MAX_LOG_WAIT_SECONDS).default(0).describe('Seconds to wait for a line where there is none yet.'),
  errors: switchSchema.default(false).describe('Only warnings, errors, and requests that were answered with an error.'),
  requests: switchSchema.default(false).describe('Only requests.'),
  account: z.string().min(1).max(100).optional().describe('Only lines about the account of this name.'),
});
export type LogQuery = z.output<typeof logQuerySchema>;

export const logLineSchema = z.object({
  at: instantSchema,
  level: z.enum(['error', 'warn', 'info', 'debug']),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogLineView = z.infer<typeof logLineSchema>;

export const logSchema = z.object({
  data: z.array(logLineSchema).describe('The oldest first.'),
  next: z.string().describe('For `after`.'),
  missed: z.number().int().nonnegative().describe('Lines between `after` and the first of these that are not kept any more.'),
});
