/** A client as it lies in `sessions.json`: who it is and when it was seen, nothing of what it asked. */
import { z } from 'zod';
import type { ClientSession } from '../../sessions/client-session.ts';
import { instant } from './common-schemas.ts';
import { schemaFor } from './schema-for.ts';

export const clientSessionSchema = schemaFor<ClientSession>()(
  z.object({
    id: z.string().min(1),
    apiKeyId: z.string().nullable(),
    address: z.string(),
    userAgent: z.string(),
    firstSeenAt: instant,
    lastSeenAt: instant,
    revokedUntil: instant.nullable(),
  }),
);
