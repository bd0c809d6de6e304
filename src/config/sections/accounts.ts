/** `accounts.*`: when tokens are refreshed, and how long a limited account rests. */
import { z } from 'zod';
import { isCronExpression } from '../cron.ts';
import { duration, flag, text } from '../setting.ts';

export const accounts = {
  refresh_cron: text(z.string().max(200).refine(isCronExpression), '0 * * * *', {
    allowed: 'a cron expression of 5 fields (minute hour day month weekday) or 6 (second first), in quotes',
    meaning: 'When access tokens that would expire before the next run are refreshed.',
    why: 'More often keeps refreshes out of requests when tokens live less than an hour.',
  }),
  refresh_buffer: duration('60s', {
    min: '0s',
    max: '1h',
    meaning: 'An access token with less life than this is refreshed before it is used.',
    why: 'Lengthen it when the clock of this machine is unreliable.',
  }),
  keep_inactive_fresh: flag(false, {
    meaning: 'Whether tokens of inactive accounts are refreshed too.',
    why: 'true keeps a paused account from having to be authorized again.',
  }),
  default_cooldown: duration('1h', {
    min: '1s',
    max: '7d',
    meaning: 'How long an account rests after a limit when the upstream does not say until when.',
    why: 'Shorten it to try such an account sooner.',
  }),
  max_cooldown: duration('7d', {
    min: '1s',
    max: '7d',
    meaning: 'Longest rest of an account, whatever the upstream says.',
    why: 'Weekly limits last up to seven days; a shorter limit only means more refused attempts.',
  }),
  allow_overage: flag(false, {
    meaning: 'Whether accounts may serve from paid overage once their quota is used up.',
    why: 'true goes on serving at the price of the overage; false moves to another account.',
  }),
} as const;
