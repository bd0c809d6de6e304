/** `accounts.*`: when tokens are refreshed, and how long a limited account rests. */
import { z } from 'zod';
import { isCronExpression } from '../cron.ts';
import { declaredAccounts } from '../declared-entries.ts';
import { duration, entries, flag, fraction, optionalInteger, text } from '../setting.ts';

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
    atRunTime: true,
  }),
  max_cooldown: duration('7d', {
    min: '1s',
    max: '7d',
    meaning: 'Longest rest of an account, whatever the upstream says.',
    why: 'Weekly limits last up to seven days; a shorter limit only means more refused attempts.',
  }),
  idle_threshold: duration('168h', {
    min: '1h',
    max: '365d',
    meaning: 'An account that has served nothing for so long counts as idle.',
    why: 'Shorten it to notice forgotten accounts sooner.',
  }),
  auto_deactivate: flag(false, {
    meaning: 'Whether idle accounts are switched off, so that their tokens are no longer kept fresh.',
    why: 'true tidies up by itself; an account that was switched off so is switched on again by hand.',
  }),
  max_concurrency: optionalInteger({
    min: 1,
    max: 10_000,
    meaning: 'Most requests that one account serves at once. Each account can have a limit of its own.',
    why: 'Set it where an upstream refuses many requests at once.',
    defaultMeaning: 'no limit',
  }),
  max_utilization: fraction(1, {
    min: 0.01,
    max: 1,
    meaning:
      'Share of an account-wide quota window that Headgate may use of an account. Each account can have a share of its own.',
    why: 'Below 1 it leaves the rest for other uses of the same account.',
  }),
  allow_overage: flag(false, {
    meaning: 'Whether accounts may serve from paid overage once their quota is used up.',
    why: 'true goes on serving at the price of the overage; false moves to another account.',
  }),
  static: entries(declaredAccounts, {
    allowed:
      'entries of name and either api_key or access_token (env:NAME or file:PATH), with priority, max_concurrency, max_utilization and allow_overage if wanted; at most 200, each name once',
    meaning:
      'Accounts that exist by configuration. The dashboard and the API show them and change none: that is done where they are declared.',
    why: 'An instance that is ready without anybody signing in: { name: billing, api_key: "env:ANTHROPIC_API_KEY" }.',
  }),
} as const;
