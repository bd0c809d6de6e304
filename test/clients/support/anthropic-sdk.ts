/** The Anthropic SDK, which is installed outside the tree; so are its types, and the part that is used here is described anew. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BuiltWorld } from './built-world.ts';
import { clientsFolder } from './claude-code.ts';

export interface Message {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly stop_reason: string | null;
  readonly usage: { readonly output_tokens: number };
}

export interface Batch {
  readonly id: string;
  readonly processing_status: string;
  readonly results_url: string | null;
}

export interface FileMetadata {
  readonly id: string;
  readonly filename: string;
  readonly size_bytes: number;
}

interface MessageStream extends AsyncIterable<{ readonly type: string }> {
  on(event: 'text', listener: (delta: string) => void): MessageStream;
  finalMessage(): Promise<Message>;
}

interface Page<T> extends AsyncIterable<T>, PromiseLike<{ readonly data: readonly T[] }> {}

/** Methods as of version 1.12. */
export interface Sdk {
  readonly messages: {
    create(
      request: object,
      options?: { signal?: AbortSignal },
    ): Promise<Message> & {
      withResponse(): Promise<{ response: Response; request_id: string }>;
    };
    stream(request: object, options?: { signal?: AbortSignal }): MessageStream;
    countTokens(request: object): Promise<{ input_tokens: number }>;
    readonly batches: {
      create(request: object): Promise<Batch>;
      retrieve(id: string): Promise<Batch>;
      list(query?: object): Page<Batch>;
      cancel(id: string): Promise<Batch>;
      delete(id: string): Promise<{ id: string; type: string }>;
      results(id: string): Promise<AsyncIterable<{ custom_id: string; result: { type: string } }>>;
    };
  };
  readonly models: { list(query?: object): Page<{ id: string }>; retrieve(id: string): Promise<{ id: string }> };
  readonly files: {
    upload(params: { file: File }): Promise<FileMetadata>;
    list(query?: object): Page<FileMetadata>;
    retrieveMetadata(id: string): Promise<FileMetadata>;
    download(id: string): Promise<Response>;
    delete(id: string): Promise<{ id: string }>;
  };
}

type ErrorClass = new (...args: never[]) => Error;

/** The constructor, which carries the classes of its errors. */
interface SdkModule {
  new (options: { apiKey: string; baseURL: string }): Sdk;
  readonly [errorClass: `${string}Error`]: ErrorClass | undefined;
}

const sdkModule = (): SdkModule =>
  (createRequire(join(clientsFolder(), 'package.json'))('@anthropic-ai/sdk') as { default: SdkModule }).default;

/** @throws Error when the SDK has no such class */
export function errorClass(name: `${string}Error`): ErrorClass {
  const found = sdkModule()[name];
  if (!found) throw new Error(`the SDK has no class ${name}`);
  return found;
}

/** Retries as often as it does for everybody, that is twice. */
export function sdkOf({ url, key }: Pick<BuiltWorld, 'url' | 'key'>): Sdk {
  const Anthropic = sdkModule();
  return new Anthropic({ apiKey: key, baseURL: url });
}

export async function idsOf(page: AsyncIterable<{ readonly id: string }>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of page) ids.push(id);
  return ids;
}
