/** What the rules may know of one attempt's end: facts only, already read from the wire by the relay. */
import type { HeaderBag } from './rate-limit-headers.ts';

export interface ReplyFacts {
  /** The HTTP status; for a stream whose first event is an error, the status which that error's type stands for. */
  readonly status: number;
  readonly headers: HeaderBag;
  readonly errorType: string | null;
  /** The error's message, at most a few hundred characters; empty when there is none. */
  readonly message: string;
  /** `missing`: HTML, or nothing at all, where the API would have answered JSON or an event stream. */
  readonly body: 'as_promised' | 'missing';
}

export type AttemptOutcome =
  | { readonly kind: 'reply'; readonly reply: ReplyFacts }
  /** Refused, DNS, TLS, connect timeout: the upstream never saw the request. */
  | { readonly kind: 'not_sent' }
  /** A reused keep-alive socket broke before any reply byte: the upstream had closed it. */
  | { readonly kind: 'stale_socket' }
  /** A fresh connection broke after sending and before any reply byte: nobody knows what the upstream did. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'no_reply_in_time' };

const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** The status that an error inside a stream would have had as a reply of its own; unknown types count as a fault of the upstream. */
export const statusOfErrorType = (type: string | null): number => STATUS_OF_TYPE[type ?? ''] ?? 500;
