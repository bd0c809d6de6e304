/** Another admin key in place of one that somebody else may know. */
import { Router } from 'express';
import { newAdminKeySchema } from '../contract/admin-key.ts';
import { conflict, onlyMethods } from './admin-error.ts';
import { SECRET } from './audit/audit-changes.ts';
import { noteChange } from './audit/record-writes.ts';

/** `configured`: not kept here, but where `where` says. `busy`: somebody else is about to. */
export type AdminKeyRotation =
  | { readonly kind: 'rotated'; readonly key: string }
  | { readonly kind: 'configured'; readonly where: string }
  | { readonly kind: 'busy' };

export interface AdminKeyRoutesDeps {
  /** The former key is refused, and every session ended, when this resolves. @throws StorageError; the former key counts on then */
  readonly rotateAdminKey: () => Promise<AdminKeyRotation>;
}

export function createAdminKeyRoutes({ rotateAdminKey }: AdminKeyRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/admin-key/rotate', async (_req, res) => {
    const rotation = await rotateAdminKey();
    if (rotation.kind === 'configured')
      throw conflict(
        `auth.api_key is set by ${rotation.where}, so no key is made here. Change it there; every session ends when the new one counts.`,
      );
    if (rotation.kind === 'busy') throw conflict('The admin key is being rotated already.');
    noteChange(res, { field: 'admin_key', before: SECRET, after: SECRET });
    res.json(newAdminKeySchema.parse({ admin_key: rotation.key }));
  });
  router.all('/admin-key/rotate', onlyMethods('POST'));
  return router;
}
