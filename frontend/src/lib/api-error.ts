/** What can go wrong between the dashboard and the server, as values that a page can ask: whose fault, which field, try again when? */

export interface FaultyField {
  readonly path: string;
  readonly message: string;
}

/**
 * `refused`: the server answered with an error. `unreachable`: nothing answered. `incomprehensible`: what answered was not the
 * administration API of this version.
 */
export type ApiErrorKind = 'refused' | 'unreachable' | 'incomprehensible';

export interface ApiErrorFacts {
  readonly kind: ApiErrorKind;
  readonly message: string;
  /** 0 when nothing answered. */
  readonly status?: number;
  readonly type?: string;
  readonly fields?: readonly FaultyField[];
  readonly requestId?: string | null;
  /** From `retry-after`, in seconds; null when the reply had none. */
  readonly retryAfterSeconds?: number | null;
}

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  readonly status: number;
  readonly type: string;
  readonly fields: readonly FaultyField[];
  readonly requestId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(facts: ApiErrorFacts) {
    super(facts.message);
    this.kind = facts.kind;
    this.status = facts.status ?? 0;
    this.type = facts.type ?? '';
    this.fields = facts.fields ?? [];
    this.requestId = facts.requestId ?? null;
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }

  /** What is wrong with one field; undefined when nothing is. */
  fieldMessage(path: string): string | undefined {
    return this.fields.find((field) => field.path === path)?.message;
  }
}

/** Whether what was asked for is not there. */
export const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** A sentence for a person, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'Something went wrong.');

interface ErrorEnvelope {
  readonly error?: { readonly type?: unknown; readonly message?: unknown; readonly fields?: unknown };
  readonly request_id?: unknown;
}

const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function asFields(value: unknown): FaultyField[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is FaultyField => typeof one?.path === 'string' && typeof one?.message === 'string');
}

/** The error that a reply of status 400 and above stands for; `body` is its parsed JSON, or null when it had none. */
export function errorOfReply(status: number, body: unknown, headers: Pick<Headers, 'get'>): ApiError {
  const { error, request_id } = (typeof body === 'object' && body !== null ? body : {}) as ErrorEnvelope;
  const message = asText(error?.message);
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    kind: message === null ? 'incomprehensible' : 'refused',
    message: message ?? `The server answered ${status}, without saying why. A proxy in between may have.`,
    status,
    type: asText(error?.type) ?? '',
    fields: asFields(error?.fields),
    requestId: asText(request_id) ?? headers.get('request-id'),
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : null,
  });
}
