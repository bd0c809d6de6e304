/** Every way to be told to wait: rows 6 to 11 of the reply table. */
import { DAY, HOUR, MINUTE, NOW } from '../../support/builders.ts';
import { date, type Entry, html, limited, rfc3339, U, unified, unix, window } from './wire-replies.ts';

export const limits: readonly Entry[] = [
  // Row 6
  [
    'the five hours used up',
    limited({
      ...unified('rejected', 'five_hour', 2 * HOUR),
      ...window('5h', 'rejected', 2 * HOUR),
      ...window('7d', 'allowed', DAY, '0.5'),
    }),
    {},
    '6 fail_over quota_rejected quota +7200s',
  ],
  [
    'the week used up',
    limited({ ...unified('rejected', 'seven_day', 3 * DAY), ...window('7d', 'rejected', 3 * DAY) }),
    {},
    '6 fail_over quota_rejected quota +259200s',
  ],
  [
    'both used up: the later reset counts',
    limited({ ...window('5h', 'rejected', HOUR), ...window('7d', 'rejected', DAY) }),
    {},
    '6 fail_over quota_rejected quota +86400s',
  ],
  [
    'the bare reset names another window',
    limited({ ...unified('rejected', 'five_hour', 9 * HOUR), ...window('5h', 'rejected', HOUR) }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  ['a window of another length', limited(window('1d', 'rejected', 6 * HOUR)), {}, '6 fail_over quota_rejected quota +21600s'],
  [
    'used up, reset unknown, retry-after in seconds',
    limited({ ...window('5h', 'rejected', null), 'retry-after': '90' }),
    {},
    '6 fail_over quota_rejected quota +90s',
  ],
  [
    'used up, reset unknown, retry-after as a date',
    limited({ ...window('5h', 'rejected', null), 'retry-after': date(10 * MINUTE) }),
    {},
    '6 fail_over quota_rejected quota +600s',
  ],
  ['used up, nothing told of when', limited(window('5h', 'rejected', null)), {}, '6 fail_over quota_rejected quota +3600s'],
  ['used up, reset long past', limited(window('5h', 'rejected', -HOUR)), {}, '6 fail_over quota_rejected quota +1s'],
  [
    'used up, reset long past by our clock, which differs from the upstream’s, retry-after given',
    limited({ ...window('5h', 'rejected', -DAY), 'retry-after': '3600' }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up, reset in RFC 3339',
    limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: rfc3339(30 * MINUTE) }),
    {},
    '6 fail_over quota_rejected quota +1800s',
  ],
  [
    'used up, reset in milliseconds',
    limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: String(NOW + 30 * MINUTE) }),
    {},
    '6 fail_over quota_rejected quota +1800s',
  ],
  [
    'used up, reset unreadable',
    limited({ [`${U}-5h-status`]: 'rejected', [`${U}-5h-reset`]: 'soon' }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up together with a family',
    limited({ ...window('5h', 'rejected', HOUR), ...window('7d_opus', 'rejected', 4 * DAY) }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up on an API-key account',
    limited(window('5h', 'rejected', HOUR)),
    { kind: 'api_key' },
    '6 fail_over quota_rejected quota +3600s',
  ],
  [
    'used up, overage refused as well',
    limited({
      ...window('5h', 'rejected', HOUR),
      [`${U}-overage-status`]: 'rejected',
      [`${U}-overage-disabled-reason`]: 'org_level_disabled',
    }),
    {},
    '6 fail_over quota_rejected quota +3600s',
  ],
  // Row 7
  [
    'the week of one family used up',
    limited({
      ...unified('rejected', 'seven_day_opus', DAY),
      ...window('7d_opus', 'rejected', DAY),
      ...window('7d', 'allowed', 2 * DAY, '0.6'),
    }),
    {},
    '7 fail_over family_bench opus +86400s',
  ],
  [
    'the week of another family used up',
    limited(window('7d_sonnet', 'rejected', DAY)),
    { family: 'sonnet' },
    '7 fail_over family_bench sonnet +86400s',
  ],
  [
    'a family window of a name that is no family',
    limited(window('7d_cowork', 'rejected', DAY)),
    {},
    '7 fail_over family_bench opus +86400s',
  ],
  ['a family window without a reset', limited(window('7d_opus', 'rejected', null)), {}, '7 fail_over family_bench opus +1800s'],
  [
    'a family window without a reset, the bare one given',
    limited({ ...window('7d_opus', 'rejected', null), [`${U}-reset`]: unix(5 * HOUR) }),
    {},
    '7 fail_over family_bench opus +18000s',
  ],
  [
    'the window of a family, asked for without a model',
    limited(window('7d_haiku', 'rejected', DAY)),
    { family: null },
    '7 fail_over family_bench haiku +86400s',
  ],
  // Row 8
  ['rejected, no window says so', limited(unified('rejected', 'five_hour', HOUR)), {}, '8 fail_over quota_rejected quota +3600s'],
  [
    'rejected, no window says so, the claim names a family',
    limited(unified('rejected', 'seven_day_opus', DAY)),
    {},
    '8 fail_over family_bench opus +86400s',
  ],
  [
    'rejected, the windows are content',
    limited({ ...unified('rejected', 'seven_day', DAY), ...window('5h', 'allowed', HOUR, '0.2') }),
    {},
    '8 fail_over quota_rejected quota +86400s',
  ],
  ['rejected, and nothing else', limited({ [`${U}-status`]: 'rejected' }), {}, '8 fail_over quota_rejected quota +3600s'],
  [
    'rejected with retry-after alone',
    limited({ [`${U}-status`]: 'rejected', 'retry-after': '45' }),
    {},
    '8 fail_over quota_rejected quota +45s',
  ],
  // Row 9
  ['the slow lane is full', limited({ [`${U}-slow-status`]: 'slot_busy', 'retry-after': '3' }), {}, '9 relay none'],
  ['429 that only says Error', limited({}, 'Error'), {}, '9 relay none'],
  ['429 about long context', limited({}, 'Extra usage is required for long context requests.'), {}, '9 relay none'],
  ['429 about extra usage', limited({}, 'You have used up your extra usage for this month.'), {}, '9 relay none'],
  ['429 about credits', limited({}, 'credits_required: buy credits to use this feature'), {}, '9 relay none'],
  // Row 10
  ['a pause in seconds', limited({ 'retry-after': '12' }), {}, '10 hop_or_relay throttled throttle +12s'],
  ['a pause in broken seconds', limited({ 'retry-after': '1.5' }), {}, '10 hop_or_relay throttled throttle +2s'],
  ['a pause as a date', limited({ 'retry-after': date(MINUTE) }), {}, '10 hop_or_relay throttled throttle +60s'],
  ['a pause that is over', limited({ 'retry-after': date(-MINUTE) }), {}, '10 hop_or_relay throttled throttle +1s'],
  ['a pause of nothing', limited({ 'retry-after': '0' }), {}, '10 hop_or_relay throttled throttle +1s'],
  ['a pause that nobody can read', limited({ 'retry-after': 'later' }), {}, '10 hop_or_relay throttled throttle +3600s'],
  [
    'requests a minute used up',
    limited({
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': rfc3339(20_000),
    }),
    { kind: 'api_key' },
    '10 hop_or_relay throttled throttle +20s',
  ],
  [
    'input tokens a minute used up',
    limited({
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': rfc3339(40_000),
      'anthropic-ratelimit-requests-remaining': '7',
      'anthropic-ratelimit-requests-reset': rfc3339(5000),
    }),
    { kind: 'api_key' },
    '10 hop_or_relay throttled throttle +40s',
  ],
  [
    'both a minute used up: the earlier counts',
    limited({
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': rfc3339(40_000),
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': rfc3339(8000),
    }),
    { kind: 'api_key' },
    '10 hop_or_relay throttled throttle +8s',
  ],
  [
    'allowed, but not now',
    limited({ ...unified('allowed', 'five_hour', HOUR), 'retry-after': '5' }),
    {},
    '10 hop_or_relay throttled throttle +5s',
  ],
  [
    'a page instead of the limit’s words, with a pause',
    { ...html(429), headers: { 'content-type': 'text/html', 'retry-after': '30' } },
    {},
    '10 hop_or_relay throttled throttle +30s',
  ],
  // Row 11
  ['a bare 429', limited({}, 'Too many requests'), {}, '11 hop_or_relay throttled unexplained_429 +30s'],
  [
    'a bare 429, the third in a row',
    limited({}, 'Too many requests'),
    { unexplainedBefore: 2 },
    '11 hop_or_relay throttled unexplained_429 +120s',
  ],
  [
    'a bare 429, the twentieth in a row',
    limited({}, 'Too many requests'),
    { unexplainedBefore: 19 },
    '11 hop_or_relay throttled unexplained_429 +3600s',
  ],
  ['429 without a body', { status: 429, body: '' }, {}, '11 hop_or_relay throttled unexplained_429 +30s'],
  ['429 as a page', html(429), {}, '11 hop_or_relay throttled unexplained_429 +30s'],
];
