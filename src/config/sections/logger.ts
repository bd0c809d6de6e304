/** `logger.*`: what is logged, and in which form. */
import { choice } from '../setting.ts';

export const logger = {
  level: choice(['error', 'warn', 'info', 'debug'], 'info', {
    meaning: 'Least important lines that are still written; debug adds masked headers and the shape of bodies, never their text.',
    why: 'debug while looking for a fault, warn for a quiet log.',
    atRunTime: true,
  }),
  format: choice(['text', 'json'], 'text', {
    meaning: 'text for people, json for log collectors.',
    why: 'json when another program reads the log.',
  }),
} as const;
