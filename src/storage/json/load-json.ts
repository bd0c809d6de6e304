/** Reads one JSON file and tells its good content from what cannot be used. Changes nothing. */
import { type ZodError, z } from 'zod';
import { codeOf, type FileSystem } from '../file-system.ts';
import { storageFailure } from '../storage-failure.ts';
import { StorageError } from '../store.ts';

/** Largest file that is read or written, in bytes. 1,000 accounts with a full history stay under it. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Every file says which format it has, so that an older program never misreads a newer one's. */
export interface Versioned {
  readonly version: number;
}

export interface JsonFormat<T extends Versioned> {
  /** The newest format this program knows. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /** Turns what lies in the file into what the schema knows: opens what is sealed. @throws StorageError when that is not possible */
  readonly decode?: ((document: unknown) => unknown) | undefined;
  /** Brings a document of format n (by index n − 1) to format n + 1, for every n below `version`. */
  readonly migrations?: readonly Migration[] | undefined;
}

/** From one format to the next; what is not as expected is left for the schema to refuse. */
export type Migration = (document: unknown) => unknown;

export type Loaded<T> =
  | {
      readonly kind: 'good';
      readonly data: T;
      /** Permission bits of the file. */
      readonly mode: number;
      /** The file's bytes, when they are of an older format. */
      readonly older: { readonly version: number; readonly bytes: Uint8Array } | null;
    }
  | { readonly kind: 'missing' }
  /** `reason` is in plain words and holds nothing of the content: the content may be secret. */
  | { readonly kind: 'bad'; readonly reason: string };

const versioned = z.looseObject({ version: z.int().min(1) });

/**
 * @throws StorageError when the file cannot be read at all, is no regular file, or was written by a newer version: none of these
 *   means that the content is lost, so none may lead to a restore.
 */
export async function loadJson<T extends Versioned>(fs: FileSystem, file: string, format: JsonFormat<T>): Promise<Loaded<T>> {
  const found = await fs.read(file, MAX_FILE_BYTES).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw storageFailure(`read ${file}`, error);
  });
  if (found === null) return { kind: 'missing' };
  if (found.kind === 'not_a_file') {
    throw new StorageError(`${file} is a link, a folder or a device, not a file. Put the file itself there, or move it away.`);
  }
  if (found.kind === 'too_large') return bad(`it has ${found.size} bytes, the most is ${MAX_FILE_BYTES}`);
  if (found.bytes.length === 0) return bad('it is empty');
  const document = parseJson(found.bytes);
  if (document === undefined) return bad('it is not valid JSON');
  refuseNewer(file, document, format.version);
  const from = versioned.safeParse(document).data?.version ?? format.version;
  const parsed = format.schema.safeParse(migrate(format.decode?.(document) ?? document, from, format));
  if (!parsed.success) return bad(firstFault(parsed.error));
  const older = from < format.version ? { version: from, bytes: found.bytes } : null;
  return { kind: 'good', data: parsed.data, mode: found.mode, older };
}

function migrate<T extends Versioned>(document: unknown, from: number, { version, migrations = [] }: JsonFormat<T>): unknown {
  const steps = migrations.slice(from - 1, version - 1);
  const migrated = steps.reduce((current, step) => step(current), document);
  return steps.length === 0 ? document : { ...(migrated as object), version };
}

const bad = (reason: string) => ({ kind: 'bad', reason }) as const;

/** Undefined for anything that is not JSON. The parser's own message quotes the text, so it goes nowhere. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function refuseNewer(file: string, document: unknown, known: number): void {
  const parsed = versioned.safeParse(document);
  if (!parsed.success || parsed.data.version <= known) return;
  throw new StorageError(
    `${file} was written by a newer version of Headgate (format ${parsed.data.version}; this version knows up to ${known}). ` +
      'Nothing was changed. Start the newer version.',
  );
}

/** Where the first fault lies and what was expected there, never what was found. */
export function firstFault(error: ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.join('.') || 'the whole';
  return `${place}: ${issue?.message ?? 'not as expected'}`;
}
