/** A credential as it lies in `credentials.json`. */
import { z } from 'zod';
import type { Credential } from '../../core/credential.ts';
import { accountKind, instant } from './common-schemas.ts';
import { schemaFor } from './schema-for.ts';

const intent = z.object({ fingerprint: z.string().min(1), generation: z.int().min(0), at: instant });

export const credentialSchema = schemaFor<Credential>()(
  z.object({
    id: z.string().min(1),
    kind: accountKind,
    secret: z.string().min(1),
    refreshToken: z.string().min(1).nullable(),
    expiresAt: instant.nullable(),
    loginExpiresAt: instant.nullable(),
    scopes: z.array(z.string()),
    generation: z.int().min(0),
    obtainedAt: instant,
    trust: z.enum(['verified', 'unverified']),
    intent: intent.nullable(),
  }),
);
