/** A client's key as it lies in `api-keys.json`: its hash, never the key. */
import { z } from 'zod';
import type { ApiKey } from '../../api-keys/api-key.ts';
import { instant } from './common-schemas.ts';
import { schemaFor } from './schema-for.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const apiKeySchema = schemaFor<ApiKey>()(
  z.object({
    id: z.string().min(1),
    name: z.string(),
    prefix: z.string(),
    hash,
    role: z.enum(['user', 'admin']),
    enabled: z.boolean(),
    expiresAt: instant.nullable(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    former: z.object({ hash, validUntil: instant }).nullable(),
    revision: z.int().min(1),
  }),
);
