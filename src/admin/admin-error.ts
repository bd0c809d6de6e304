/** Errors of the administration API: the same envelope as on `/v1`, plus the fields that are at fault. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { z } from 'zod';
import type { Logger } from '../observability/logger.ts';
import { StorageError } from '../storage/store.ts';
import { requestIdOf } from './request-id.ts';

export interface FaultyField {
  readonly path: string;
  readonly message: string;
}

export class AdminError extends Error {
  override readonly name = 'AdminError';
  readonly status: number;
  readonly type: string;
  readonly fields: readonly FaultyField[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    also: { fields?: readonly FaultyField[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.fields = also.fields ?? [];
    this.headers = also.headers ?? {};
  }
}

export const unauthenticated = () =>
  new AdminError(401, 'authentication_error', 'Sign in, or send the admin key as "Authorization: Bearer …".');
export const forbidden = (message: string) => new AdminError(403, 'permission_error', message);
export const notFound = (what: string) => new AdminError(404, 'not_found_error', `There is no such ${what}.`);
export const conflict = (message: string) => new AdminError(409, 'conflict_error', message);
export const notConfigured = () =>
  new AdminError(409, 'not_configured', 'oauth.client_id is not configured. Set it in config.yaml, or send client_id along.', {
    fields: [{ path: 'oauth.client_id', message: 'is not configured' }],
  });
export const invalidField = (path: string, message: string) =>
  new AdminError(400, 'invalid_request_error', `${path} ${message}`, { fields: [{ path, message }] });

/** The parsed value. @throws AdminError 400 that names every field at fault */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || '(body)', message }));
  throw new AdminError(400, 'invalid_request_error', 'The request is not valid.', { fields });
}

export const nothingHere: RequestHandler = (_req, _res, next) =>
  next(new AdminError(404, 'not_found_error', 'There is nothing here.'));

/** Refuses the methods that a path does not know, and says which it knows. */
export const onlyMethods =
  (...methods: readonly string[]): RequestHandler =>
  (_req, _res, next) =>
    next(
      new AdminError(405, 'invalid_request_error', `This path takes ${methods.join(', ')}.`, {
        headers: { allow: methods.join(', ') },
      }),
    );

/** The one place where an administration error becomes a response. */
export const answerAdminError =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, _req, res, _next) => {
    const known = asAdminError(error);
    const requestId = requestIdOf(res);
    if (known.status >= 500) log.error('an administration request failed', { request: requestId, error });
    if (res.headersSent) return void res.destroy();
    const { status, type, message, fields, headers } = known;
    const body = { type: 'error', error: { type, message, ...(fields.length > 0 ? { fields } : {}) }, request_id: requestId };
    res.set(headers).status(status).json(body);
  };

function asAdminError(error: unknown): AdminError {
  if (error instanceof AdminError) return error;
  if (error instanceof StorageError)
    return new AdminError(503, 'api_error', 'Nothing was changed: storage refuses the write. The log says why.');
  const type = (error as { type?: unknown } | null)?.type;
  if (type === 'entity.too.large') return new AdminError(413, 'request_too_large', 'The request body is larger than 256 KB.');
  if (type === 'entity.parse.failed') return new AdminError(400, 'invalid_request_error', 'The request body is not valid JSON.');
  if (typeof (error as { status?: unknown } | null)?.status === 'number' && typeof type === 'string')
    return new AdminError(400, 'invalid_request_error', 'The request body cannot be read.');
  return new AdminError(500, 'api_error', 'Something went wrong inside Headgate. The log says more under this request id.');
}
