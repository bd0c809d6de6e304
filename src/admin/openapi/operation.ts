/** One route of the administration API as it is documented: what it takes, what it answers, and who may use it. */
import type { z } from 'zod';
import type { Sort } from '../../contract/common.ts';
import type { Audience } from '../../http/routes.ts';
import type { ReplyName, RequestName } from './schemas.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

export type Tag = 'Accounts' | 'API keys' | 'Requests' | 'Sessions' | 'Instance' | 'Signing in' | 'Moving accounts';

/** Answers beside the ones that every route of its kind has. */
export type Refusal = 404 | 409 | 412 | 502 | 503;

export interface Reply {
  readonly status: 200 | 201 | 204;
  readonly description: string;
  /** Of a JSON body; none for replies without one. */
  readonly schema?: ReplyName;
  /** Of a body that is not JSON. */
  readonly contentType?: string;
  /** Carries the revision as `ETag`. */
  readonly tagged?: boolean;
}

export interface Operation {
  readonly method: Method;
  /** `/api/accounts/{id}` */
  readonly path: `/api/${string}`;
  /** Unique; a client that is generated from the document names its functions by it. */
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  /** What else one has to know, in Markdown's plain part. */
  readonly description?: string;
  readonly audience: Exclude<Audience, 'api_key'>;
  /** Its query beside what `list` brings. */
  readonly query?: z.ZodObject;
  /** A list has `limit`, `cursor` and, where there are fields for it, `sort`. */
  readonly list?: Sort;
  readonly body?: RequestName;
  readonly replies: readonly Reply[];
  readonly refusals?: readonly Refusal[];
  /** Takes `If-Match`. */
  readonly conditional?: boolean;
}

/** Names in braces within the path. */
export const pathParameters = ({ path }: Pick<Operation, 'path'>): readonly string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

export const isRead = ({ method }: Pick<Operation, 'method'>): boolean => method === 'get';
