/** Errors of the administration API: the same envelope as on `/v1`, plus the fields that are at fault. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { z } from 'zod';
import { isDeclared } from '../core/declared-id.ts';
import type { EpochMs } from '../core/time.ts';
import type { Logger } from '../observability/logger.ts';
import { StorageError } from '../storage/store.ts';
import { faultWords } from './fault-words.ts';
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
/** `path`: where the id stood. */
export const notFound = (what: string, path = 'id') =>
  new AdminError(404, 'not_found_error', `There is no such ${what}.`, { fields: [{ path, message: `names no ${what}` }] });
export const conflict = (message: string) => new AdminError(409, 'conflict_error', message);
/** @throws AdminError 409 for what the configuration declares. `key` names where. */
export function refuseDeclared(what: { readonly id: string; readonly name: string }, key: string): void {
  if (isDeclared(what)) throw conflict(`"${what.name}" is declared in the configuration. Change it there, under ${key}.`);
}

export const notConfigured = () =>
  new AdminError(409, 'not_configured', 'oauth.client_id is not configured. Set it in config.yaml, or send client_id along.', {
    fields: [{ path: 'oauth.client_id', message: 'is not configured' }],
  });
export const notJson = () =>
  new AdminError(415, 'invalid_request_error', 'Send the body as application/json in UTF-8, not encoded otherwise.', {
    fields: [{ path: 'content-type', message: 'must be application/json' }],
  });
export const invalidField = (path: string, message: string) =>
  new AdminError(400, 'invalid_request_error', `${path} ${message}`, { fields: [{ path, message }] });

/** Named at most, so that a hostile body does not make a long reply. */
const MAX_FAULTS = 20;

/** The parsed value. @throws AdminError 400 that names every field at fault */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value ?? {}, { error: faultWords });
  if (parsed.success) return parsed.data;
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const fields = parsed.error.issues.flatMap((issue) => faultsOf(issue, known)).slice(0, MAX_FAULTS);
  throw new AdminError(400, 'invalid_request_error', 'The request is not valid.', { fields });
}

/** Of a path: fields are named by their senders, at any length. */
const MAX_PATH = 100;

/** `known`: the fields that there are, for whoever mistyped one. */
function faultsOf(issue: z.core.$ZodIssue, known: readonly string[]): readonly FaultyField[] {
  const pathTo = (...further: readonly string[]) =>
    [...issue.path, ...further].join('.').slice(0, MAX_PATH) || '(without a name)';
  if (issue.code === 'unrecognized_keys') {
    const instead = known.length > 0 && issue.path.length === 0 ? `; known are ${known.join(', ')}` : '';
    return issue.keys.slice(0, MAX_FAULTS).map((key) => ({ path: pathTo(key), message: `is not known here${instead}` }));
  }
  if (issue.path.length === 0) return [{ path: '(body)', message: 'must be a JSON object' }];
  return [{ path: pathTo(), message: issue.message }];
}

/** The instant of a field `expires_at`; null when there is to be none. @throws AdminError 400 when it is over already */
export function futureOf(expiresAt: string | null | undefined, now: EpochMs): EpochMs | null {
  if (expiresAt === null || expiresAt === undefined) return null;
  const at = Date.parse(expiresAt);
  if (!(at > now)) throw invalidField('expires_at', 'must lie in the future');
  return at;
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
  (log: Pick<Logger, 'error'>): ErrorRequestHandler =>
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
    return new AdminError(503, 'api_error', 'The change could not be kept: storage refuses the write. The log says why.');
  const { status } = (error ?? {}) as { readonly status?: unknown };
  if (status === 413)
    return new AdminError(413, 'request_too_large', 'The request body is larger than 256 KB.', {
      fields: [{ path: '(body)', message: 'must have at most 256 KB' }],
    });
  if (status === 415) return notJson();
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AdminError(400, 'invalid_request_error', 'The request body is not valid JSON, or was cut off.', {
      fields: [{ path: '(body)', message: 'must be a JSON object' }],
    });
  return new AdminError(500, 'api_error', 'Something went wrong inside Headgate. The log says more under this request id.');
}
