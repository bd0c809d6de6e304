/**
 * An API key of this machine's own, for what is started by a command again and again. The server keeps hashes only, so the key itself is kept
 * here, in the data folder, for its owner alone. It lies beside the admin key, which opens more than it does.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { keySchema } from '../contract/keys.ts';
import { readPrivateFile, writePrivateFile } from '../storage/private-file.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { createKey } from './keys.ts';
import { CommandError } from './output.ts';

interface KeptKey {
  readonly id: string;
  readonly key: string;
}

/** Another command may just have made the key, and not have written it down yet. */
const LOOKS = 10;
const LOOK_EVERY_MS = 100;

/**
 * The key of this name that is kept in `folder`; made where there is none, or where it was revoked.
 * @throws CommandError when it cannot be used, or there is a key of that name which is not kept here
 */
export async function keptKey(api: ApiClient, folder: string, name: string): Promise<string> {
  const file = fileOf(name);
  const kept = await read(folder, file);
  if (kept !== null && (await isGood(api, kept, name))) return kept.key;
  try {
    const { id, key } = await createKey(api, { name, role: 'user' });
    await writePrivateFile(folder, file, JSON.stringify({ id, key }));
    return key;
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
    return keptByAnother(folder, name, kept);
  }
}

async function keptByAnother(folder: string, name: string, known: KeptKey | null): Promise<string> {
  for (let look = 0; look < LOOKS; look += 1) {
    const kept = await read(folder, fileOf(name));
    if (kept !== null && kept.id !== known?.id) return kept.key;
    await wait(LOOK_EVERY_MS);
  }
  throw new CommandError(
    `There is a key "${name}" already, which was not made here. Give it in HEADGATE_API_KEY, or use another: --key NAME.`,
  );
}

/** False when it was revoked. @throws CommandError when a person has to decide */
async function isGood(api: ApiClient, { id, key }: KeptKey, name: string): Promise<boolean> {
  const found = await api.call('GET', `/api/keys/${id}`).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
  if (found === null) return false;
  const { enabled, expires_at: end, prefix } = keySchema.parse(found);
  const refuse = (why: string) =>
    new CommandError(
      `The key "${name}" ${why}. Use another: --key NAME. Or revoke it, so that a new one is made: headgate keys revoke`,
    );
  if (!enabled) throw refuse('is disabled');
  if (end !== null && Date.parse(end) <= Date.now()) throw refuse(`expired on ${end.slice(0, 10)}`);
  if (!key.startsWith(prefix)) throw refuse('was given another secret, which is not kept here');
  return true;
}

/** Names may hold anything; a hash of one fits any disk. */
const fileOf = (name: string): string => `kept-key-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;

async function read(folder: string, file: string): Promise<KeptKey | null> {
  const text = await readPrivateFile(folder, file);
  if (text === null) return null;
  try {
    const { id, key } = JSON.parse(text) as Partial<Record<string, unknown>>;
    return typeof id === 'string' && typeof key === 'string' ? { id, key } : null;
  } catch {
    // As good as none: another one is made, or asked for.
    return null;
  }
}
