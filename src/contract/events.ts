/** What `GET /api/events` tells, by the name of the event. */
import { z } from 'zod';
import { accountSchema } from './accounts.ts';
import { alertSchema } from './alerts.ts';
import { keySchema } from './keys.ts';
import { requestSchema } from './requests.ts';

const idOnly = z.object({ id: z.string() });
const nothing = z.object({});

export const eventSchemas = {
  account: accountSchema,
  account_removed: idOnly,
  key: keySchema,
  key_removed: idOnly,
  /** A request has ended. At most fifty a second are told. */
  request: requestSchema,
  /** The client's session has begun, changed or ended: fetch it. */
  session: idOnly,
  config: z.object({ changed: z.array(z.string()), source: z.enum(['file', 'settings']) }),
  alert: alertSchema,
  alert_cleared: idOnly,
  /** The statistics have changed: fetch them. At most once a second. */
  statistics_changed: nothing,
  /** Something was missed, or nothing was told so far: fetch all. */
  resync: nothing,
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventData<T extends EventType> = z.output<(typeof eventSchemas)[T]>;
