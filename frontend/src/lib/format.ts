/** Numbers, durations and instants as people read them. Pure: the present instant is an argument; times are in the viewer's zone. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

/** `1,234`. */
export const formatWhole = (count: number): string => whole.format(count);

/** `1,234`, from ten thousand on `12.3K`: the exact number belongs into the title beside it. */
export const formatCount = (count: number): string => (Math.abs(count) < 10_000 ? whole.format(count) : compact.format(count));

/** `999`, from a thousand on `1.2K`: where there is room for four places at most. */
export const formatCompact = (count: number): string => (Math.abs(count) < 1000 ? whole.format(count) : compact.format(count));

/** Of 0.254: `25%`. Anything above nothing is never told as nothing, and anything below all never as all. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  if (share < 1 && share >= 0.995) return '99%';
  return percent.format(share);
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `512 B`, `1.2 MB`; a kilobyte is 1024 bytes, as in the configuration. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** The two units that matter: `3d 4h`, `2h 05m`, `4m 12s`, `23s`; below a second `480ms`. */
export function formatDuration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))}ms`;
  return formatSeconds(Math.floor(ms / SECOND) * SECOND);
}

/** A time that is left: whole seconds, rounded up, so that it is over when it says so. */
export const formatTimeLeft = (ms: number): string => formatSeconds(Math.ceil(Math.max(0, ms) / SECOND) * SECOND);

function formatSeconds(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const hours = Math.floor((ms % DAY) / HOUR);
  if (ms < MINUTE) return `${seconds}s`;
  if (ms < HOUR) return `${minutes}m ${two(seconds)}s`;
  if (ms < DAY) return `${hours}h ${two(minutes)}m`;
  return `${Math.floor(ms / DAY)}d ${hours}h`;
}

/** `just now`, `23s ago`, `4m ago`, `3h ago`, `5 days ago`: the units of durations. */
export function formatAgo(ms: number): string {
  if (ms < 10 * SECOND) return 'just now';
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}h ago`;
  const days = Math.floor(ms / DAY);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' });
const withYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

const dayNumber = (at: number): number => {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);
};

/** As short as it is clear: `14:05` today, `Wed 14:05` within a week, `24 Nov 14:05`, `24 Nov 2025` in another year. */
export function formatInstant(at: number, now: number): string {
  const days = dayNumber(at) - dayNumber(now);
  if (days === 0) return clock.format(at);
  if (days === 1) return `tomorrow ${clock.format(at)}`;
  if (days === -1) return `yesterday ${clock.format(at)}`;
  if (Math.abs(days) < 7) return `${weekday.format(at)} ${clock.format(at)}`;
  if (new Date(at).getFullYear() === new Date(now).getFullYear()) return `${day.format(at)} ${clock.format(at)}`;
  return withYear.format(at);
}

/** The same as it stands in a sentence: `at 14:05`, `tomorrow at 14:05`, `24 Nov at 14:05`, `on 24 Nov 2025`. */
export function formatWhen(at: number, now: number): string {
  const text = formatInstant(at, now);
  return /\d\d:\d\d$/.test(text) ? text.replace(/\d\d:\d\d$/, 'at $&') : `on ${text}`;
}

/** The whole truth about an instant, for who points at it: local time with zone, and UTC. */
export const formatExact = (at: number): string => `${exact.format(at)} (${new Date(at).toISOString()})`;

const end = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

/** Of what is decided now and holds for long: `Friday, 25 December 2026 at 23:59`. */
export const formatEnd = (at: number): string => end.format(at);

const LENGTHS = { h: ['hour', 'hours'], d: ['day', 'days'] } as const;

/** Of a quota window: `5 hours` for `5h`, `7 days, Opus` for `7d_opus`; the name itself where it is of another make. */
export function formatWindow(name: string): string {
  const [, count, unit, family] = /^(\d+)([hd])(?:_([a-z0-9]+))?$/.exec(name) ?? [];
  if (count === undefined || (unit !== 'h' && unit !== 'd')) return name;
  const length = `${count} ${LENGTHS[unit][count === '1' ? 0 : 1]}`;
  return family === undefined ? length : `${length}, ${family.slice(0, 1).toUpperCase()}${family.slice(1)}`;
}

/** `1 account`, `2 accounts`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${whole.format(count)} ${count === 1 ? one : many}`;
