/** The one way to the administration API: every reply is parsed with the schema that the server wrote it by. */
import { ApiError, errorOfReply } from './api-error.ts';
import { type ServerClock, serverClock } from './server-clock.ts';

/** What a schema of `@contract` is to this module. */
export interface Schema<T> {
  safeParse(value: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

/** What a schema gives. */
export type Parsed<S> = S extends Schema<infer T> ? T : never;

export interface RequestOptions {
  readonly signal?: AbortSignal;
  readonly body?: unknown;
}

export interface ApiClient {
  /** @throws ApiError */
  get<T>(path: string, schema: Schema<T>, options?: Pick<RequestOptions, 'signal'>): Promise<T>;
  /** Every item of a list, page after page: for lists that a person made, not for histories. @throws ApiError */
  list<T>(path: string, schema: Schema<Page<T>>, options?: Pick<RequestOptions, 'signal'>): Promise<readonly T[]>;
  /** Sends and parses the reply. @throws ApiError */
  send<T>(method: Method, path: string, schema: Schema<T>, options?: RequestOptions): Promise<T>;
  /** Sends where nothing comes back (204). @throws ApiError */
  command(method: Method, path: string, options?: RequestOptions): Promise<void>;
}

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One page of a list, as every list of the administration API is. */
interface Page<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

/** Largest page that the server gives, and how many of them are asked for at most. */
const PAGE_LIMIT = 200;
const MOST_PAGES = 25;

export interface ApiClientDeps {
  readonly fetch: (input: string, init: RequestInit) => Promise<Response>;
  readonly clock: Pick<ServerClock, 'note'>;
  readonly now: () => number;
}

export function createApiClient({ fetch, clock, now }: ApiClientDeps): ApiClient {
  async function ask(method: string, path: string, { signal, body }: RequestOptions): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    // Proof that a page of ours asks: no form and no page of another site can send this header.
    if (method !== 'GET') headers['x-headgate-csrf'] = '1';
    if (body !== undefined) headers['content-type'] = 'application/json';
    const init: RequestInit = {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
    const reply = await fetch(`/api${path}`, init).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ApiError({ kind: 'unreachable', message: 'Headgate does not answer. Is it running, and is the network up?' });
    });
    clock.note(reply.headers.get('date'), now());
    if (reply.ok) return reply;
    throw errorOfReply(reply.status, await reply.json().catch(() => null), reply.headers);
  }

  async function parsed<T>(reply: Response, schema: Schema<T>): Promise<T> {
    const result = schema.safeParse(await reply.json().catch(() => null));
    if (result.success) return result.data;
    throw new ApiError({
      kind: 'incomprehensible',
      message: 'This page and the server do not understand each other: they are of different versions. Reload the page.',
      status: reply.status,
      requestId: reply.headers.get('request-id'),
    });
  }

  async function list<T>(path: string, schema: Schema<Page<T>>, options: RequestOptions = {}): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < MOST_PAGES; pages += 1) {
      const query = new URLSearchParams({ limit: String(PAGE_LIMIT), ...(cursor === '' ? {} : { cursor }) });
      const page: Page<T> = await parsed(await ask('GET', `${path}?${query}`, options), schema);
      items.push(...page.data);
      cursor = page.next_cursor;
    }
    return items;
  }

  return {
    list,
    get: async (path, schema, options = {}) => parsed(await ask('GET', path, options), schema),
    send: async (method, path, schema, options = {}) => parsed(await ask(method, path, options), schema),
    command: async (method, path, options = {}) => void (await ask(method, path, options)),
  };
}

export const api: ApiClient = createApiClient({
  fetch: (input, init) => fetch(input, init),
  clock: serverClock,
  now: Date.now,
});
