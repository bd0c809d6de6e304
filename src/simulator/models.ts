/** `GET /v1/models` and `GET /v1/models/{id}`. */
import type { ServerResponse } from 'node:http';
import { errorBody, sendJson } from './wire.ts';

const MODELS = ['claude-opus-5-5', 'claude-opus-4-8', 'claude-sonnet-5', 'claude-haiku-4-5'].map((id) => ({
  type: 'model',
  id,
  display_name: id.replaceAll('-', ' '),
  created_at: '2026-01-01T00:00:00Z',
}));

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1000;

/** A page after `after_id` of at most `limit` models. */
export function sendModels(
  res: ServerResponse,
  { pathname, searchParams: query }: URL,
  headers: Readonly<Record<string, string>>,
): void {
  const requestId = headers['request-id'] ?? '';
  if (pathname !== '/v1/models') {
    const model = MODELS.find(({ id }) => pathname === `/v1/models/${id}`);
    if (model) return sendJson(res, 200, model, headers);
    return sendJson(res, 404, errorBody('not_found_error', `model: ${pathname.slice('/v1/models/'.length)}`, requestId), headers);
  }
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    return sendJson(res, 400, errorBody('invalid_request_error', 'limit: has to be from 1 to 1000', requestId), headers);
  const start = MODELS.findIndex(({ id }) => id === query.get('after_id')) + 1;
  const data = MODELS.slice(start, start + limit);
  const has_more = start + limit < MODELS.length;
  sendJson(res, 200, { data, has_more, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }, headers);
}
