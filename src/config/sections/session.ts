/** `session.*`: who uses the server, client by client. A client is an API key together with an address and a user agent. */
import { duration, flag, integer } from '../setting.ts';

export const session = {
  enabled: flag(false, {
    meaning: 'Whether a client may have only so many requests running at once (max_concurrent).',
    why: 'true keeps one client from taking all accounts; clients are shown, and can be revoked, in any case.',
    atRunTime: true,
  }),
  max_concurrent: integer(6, {
    min: 1,
    max: 10_000,
    meaning: 'Most requests of one client that run at once; more get 429. Token counts, model lists and probes do not count.',
    why: 'Claude Code with sub-agents runs six at once and more: below 6 it stalls.',
    atRunTime: true,
  }),
  session_ttl: duration('5m', {
    min: '1s',
    max: '7d',
    meaning: 'How long after its last request a client is still shown, and how long a revoked one is refused.',
    why: 'Lengthen it to see who was there today; shorten it on servers with very many clients.',
    atRunTime: true,
  }),
  cleanup_interval: duration('1m', {
    min: '1s',
    max: '1d',
    meaning: 'How often clients whose time is over are forgotten.',
    why: 'They are shown no longer than their time in any case; this frees memory and disk.',
    atRunTime: true,
  }),
} as const;
