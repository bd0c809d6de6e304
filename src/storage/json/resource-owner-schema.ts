/** Whose a batch or a file is, as it lies in `resources.json`. */
import { z } from 'zod';
import type { ResourceOwner } from '../../resources/resource-owners.ts';
import { instant } from './common-schemas.ts';
import { schemaFor } from './schema-for.ts';

export const resourceOwnerSchema = schemaFor<ResourceOwner>()(
  z.object({
    id: z.string().min(1),
    kind: z.enum(['batch', 'file']),
    accountId: z.string().min(1),
    apiKeyId: z.string().nullable(),
    createdAt: instant,
  }),
);
