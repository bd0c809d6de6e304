/** The clients' keys: make, list, change, delete. A key itself is shown once, in the reply that makes it. */
import { type Request, Router } from 'express';
import type { ApiKey } from '../api-keys/api-key.ts';
import type { KeyRing } from '../api-keys/key-ring.ts';
import {
  createdKeySchema,
  createKeySchema,
  keyFilterSchema,
  keyListSchema,
  keySchema,
  keySort,
  rotateKeySchema,
  updateKeySchema,
} from '../contract/keys.ts';
import { nameKey } from '../core/name-key.ts';
import type { Now } from '../core/time.ts';
import { futureOf, notFound, onlyMethods, parse, refuseDeclared } from './admin-error.ts';
import { orderBy, pageOf, takeFilters } from './list-page.ts';
import { presentKey } from './present.ts';
import { refuseStale, tellRevision } from './revision.ts';
import type { Sessions } from './sessions.ts';
import { createUniqueNames } from './unique-names.ts';

export interface KeyRoutesDeps {
  readonly keys: Pick<KeyRing, 'list' | 'get' | 'create' | 'update' | 'rotate' | 'remove'>;
  readonly sessions: Pick<Sessions, 'closeAllOf'>;
  readonly now: Now;
}

const ORDER = orderBy(keySort, {
  created_at: ({ createdAt }: ApiKey) => createdAt,
  name: ({ name }: ApiKey) => nameKey(name),
  last_used_at: ({ lastUsedAt }: ApiKey) => lastUsedAt ?? 0,
});

export function createKeyRoutes({ keys, sessions, now }: KeyRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const view = (key: ApiKey) => presentKey(key, now());
  const keyOf = (req: Request): ApiKey => {
    const key = keys.get(String(req.params['id']));
    if (!key) throw notFound('key');
    return key;
  };
  const changeable = (req: Request): ApiKey => {
    const key = keyOf(req);
    refuseDeclared(key, 'keys.static');
    refuseStale(req, key);
    return key;
  };
  const names = createUniqueNames('key', () => keys.list());

  router.get('/keys', (req, res) => {
    const { filters, rest } = takeFilters(keyFilterSchema, req.query);
    const fits = ({ role, enabled }: ApiKey) =>
      role === (filters.role ?? role) && String(enabled) === (filters.enabled ?? String(enabled));
    const page = pageOf(keys.list().filter(fits), rest, ORDER);
    res.json(keyListSchema.parse({ ...page, data: page.data.map(view) }));
  });
  router.post('/keys', async (req, res) => {
    const { name, role, expires_at } = parse(createKeySchema, req.body);
    const expiresAt = futureOf(expires_at, now());
    const { key, secret } = await names.claim({ name }, () => keys.create({ name, role, expiresAt }));
    res.status(201).json(createdKeySchema.parse({ ...view(key), key: secret }));
  });
  router.all('/keys', onlyMethods('GET', 'POST'));
  router.get('/keys/:id', (req, res) => void res.json(keySchema.parse(tellRevision(res, view(keyOf(req))))));
  router.patch('/keys/:id', async (req, res) => {
    const { id } = changeable(req);
    const { name, enabled, expires_at } = parse(updateKeySchema, req.body);
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(enabled === undefined ? {} : { enabled }),
      ...(expires_at === undefined ? {} : { expiresAt: futureOf(expires_at, now()) }),
    };
    const updated = await names.claim({ name, ownId: id }, () => keys.update(id, change, (current) => refuseStale(req, current)));
    if (!updated) throw notFound('key');
    if (!updated.enabled) sessions.closeAllOf(id);
    res.json(keySchema.parse(tellRevision(res, view(updated))));
  });
  router.delete('/keys/:id', async (req, res) => {
    await keys.remove(changeable(req).id);
    res.status(204).end();
  });
  router.all('/keys/:id', onlyMethods('GET', 'PATCH', 'DELETE'));
  router.post('/keys/:id/rotate', async (req, res) => {
    const { id } = changeable(req);
    const { grace_period_seconds: graceSeconds } = parse(rotateKeySchema, req.body);
    const rotated = await keys.rotate(id, graceSeconds * 1000, (current) => refuseStale(req, current));
    if (!rotated) throw notFound('key');
    // Whoever signed in by the former secret would otherwise stay.
    if (graceSeconds === 0) sessions.closeAllOf(id);
    res.json(createdKeySchema.parse({ ...tellRevision(res, view(rotated.key)), key: rotated.secret }));
  });
  router.all('/keys/:id/rotate', onlyMethods('POST'));
  return router;
}
