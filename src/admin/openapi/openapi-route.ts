/** `GET /api/openapi.json`: the API described by itself. */
import { Router } from 'express';
import { onlyMethods } from '../admin-error.ts';
import { openApiDocument } from './document.ts';

export function createOpenApiRoute(): Router {
  const router = Router({ caseSensitive: true, strict: true });
  let text: string | null = null;
  router.get('/openapi.json', (_req, res) => {
    // Made for the first who asks: most instances are never asked.
    text ??= JSON.stringify(openApiDocument());
    res.type('application/json').send(text);
  });
  return router.all('/openapi.json', onlyMethods('GET'));
}
