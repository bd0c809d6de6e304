/** When something is to end, as a person chooses it, in the viewer's zone. Pure: the present instant is an argument. */

export const EXPIRY_CHOICES = ['never', '30d', '90d', '1y', 'date'] as const;
export type ExpiryChoice = (typeof EXPIRY_CHOICES)[number];

/** As it stands in the inputs: texts, which may be empty or half typed. */
export interface ExpiryForm {
  readonly choice: ExpiryChoice;
  /** `2026-12-25`. */
  readonly day: string;
  /** `14:05`; the end of the day when empty. */
  readonly time: string;
}

/** `at`: milliseconds since the epoch. */
export type Expiry =
  | { readonly kind: 'never' }
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'fault'; readonly message: string };

export const noExpiry: ExpiryForm = { choice: 'never', day: '', time: '' };

/** The last day that an instant of four digits of year has. */
export const LAST_DAY = '9999-12-31';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-12-25`, in the viewer's zone. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The form that stands for an instant as the server gives it. */
export function expiryFormOf(instant: string | null): ExpiryForm {
  if (instant === null) return noExpiry;
  const date = new Date(instant);
  return { choice: 'date', day: dayOf(date.getTime()), time: `${two(date.getHours())}:${two(date.getMinutes())}` };
}

/** Never drops what it cannot read: that is a fault with the remedy. */
export function readExpiry({ choice, day, time }: ExpiryForm, now: number): Expiry {
  switch (choice) {
    case 'never':
      return { kind: 'never' };
    case '30d':
      return { kind: 'at', at: daysLater(now, 30) };
    case '90d':
      return { kind: 'at', at: daysLater(now, 90) };
    case '1y':
      return { kind: 'at', at: yearLater(now) };
    case 'date':
      return readDay(day, time, now);
  }
}

/** At the same time of day, whatever the clocks do in between. */
function daysLater(now: number, days: number): number {
  const date = new Date(now);
  return date.setDate(date.getDate() + days);
}

function yearLater(now: number): number {
  const date = new Date(now);
  return date.setFullYear(date.getFullYear() + 1);
}

function readDay(day: string, time: string, now: number): Expiry {
  if (day === '') return { kind: 'fault', message: 'Choose the day, whole: day, month and year.' };
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)))
    return { kind: 'fault', message: 'This day cannot be read. Give it with a year of four digits.' };
  if (time !== '' && !/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(time))
    return {
      kind: 'fault',
      message: 'This time cannot be read. Give hours and minutes, or leave it empty for the end of the day.',
    };
  const at = Date.parse(`${day}T${time === '' ? '23:59:59' : time}`);
  if (Number.isNaN(at)) return { kind: 'fault', message: 'There is no such day.' };
  return at > now ? { kind: 'at', at } : { kind: 'fault', message: 'This has passed already. Choose a day that is to come.' };
}
