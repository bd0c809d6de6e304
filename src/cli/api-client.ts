/**
 * How commands reach the administration API: the running server of the data folder, or, when none runs, the same program in this
 * process on a free loopback port, under the data lock. There is one way to do things, with or without a server.
 */

import { startApp } from '../app.ts';
import { withOverrides } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { errorSchema } from '../contract/common.ts';
import { readPrivateFile } from '../storage/private-file.ts';
import { readServerNote } from '../storage/server-note.ts';
import { loadSettings } from './load-settings.ts';
import type { CommonOptions } from './options.ts';
import { CommandError } from './output.ts';

export interface ApiClient {
  readonly url: string;
  /** The parsed reply; undefined for 204. @throws ApiError with the server's words. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** The server refused, in its own words. */
export class ApiError extends CommandError {
  readonly status: number;
  /** As the API names it, `conflict_error`; empty when it named none. */
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export async function withApi<T>(options: CommonOptions, use: (api: ApiClient) => Promise<T>): Promise<T> {
  const loaded = await loadSettings(options);
  const { dataFolder } = loaded.config.storage;
  const running = await findServer(dataFolder);
  if (running) return use(clientOf(running, await adminKeyOf(loaded.config)));
  const quiet = withOverrides(loaded, { 'server.host': '127.0.0.1', 'server.port': 0, 'logger.level': 'error' });
  const app = await startApp({ loaded: quiet, background: false });
  try {
    return await use(clientOf(app.url, app.adminKey));
  } finally {
    await app.stop({ graceful: false });
  }
}

/** Like `withApi`, for what only a running server knows. @throws CommandError when none runs */
export async function withServer<T>(options: CommonOptions, use: (api: ApiClient) => Promise<T>): Promise<T> {
  const { config } = await loadSettings(options);
  return use(clientOf(await runningServer(config), await adminKeyOf(config)));
}

/** @throws CommandError when no server runs on the data folder of the configuration */
async function runningServer({ storage }: Config): Promise<string> {
  const running = await findServer(storage.dataFolder);
  if (running !== null) return running;
  throw new CommandError(
    `No server runs on ${storage.dataFolder}. Start one: headgate serve. Or name its folder: --data FOLDER.`,
  );
}

/** The URL of the server that runs on this data folder, if one does. */
export async function findServer(folder: string): Promise<string | null> {
  const note = await readServerNote(folder);
  if (note === null) return null;
  try {
    const reply = await fetch(`${note.url}/healthz`, { signal: AbortSignal.timeout(2000) });
    return reply.ok ? note.url : null;
  } catch {
    return null;
  }
}

async function adminKeyOf({ storage: { dataFolder: folder }, auth }: Config): Promise<string> {
  const key = auth.apiKey ?? (await readPrivateFile(folder, 'admin-key'));
  if (!key) throw new CommandError(`There is no admin key in ${folder}. Set auth.api_key as the server has it.`);
  return key;
}

/** A client of the server at `url`. */
export function clientOf(url: string, adminKey: string): ApiClient {
  return {
    url,
    async call(method, path, body) {
      const reply = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (reply.ok) return reply.status === 204 ? undefined : reply.json();
      throw await refusalOf(reply);
    },
  };
}

/** A list of the API, as one of its pages is read. */
interface PageSchema<T> {
  parse(reply: unknown): { readonly data: readonly T[]; readonly next_cursor: string | null };
}

/** Every item of the list at `path`, page by page. */
export async function listAll<T>(api: ApiClient, path: string, schema: PageSchema<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let cursor = ''; ; ) {
    const page = schema.parse(await api.call('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`));
    all.push(...page.data);
    if (page.next_cursor === null) return all;
    cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
}

async function refusalOf(reply: Response): Promise<ApiError> {
  const parsed = errorSchema.safeParse(await reply.json().catch(() => null));
  if (!parsed.success) return new ApiError(reply.status, '', `The server answered ${reply.status}.`);
  const { type, message, fields = [] } = parsed.data.error;
  const lines = [message, ...fields.map((field) => `  ${field.path}: ${field.message}`)];
  return new ApiError(reply.status, type, lines.join('\n'));
}
