/** The operator's key: the configured one, else the one that the first start made. */
import { randomBytes } from 'node:crypto';
import type { LiveConfig } from '../config/live-config.ts';
import { readOrCreateAdminKey } from '../storage/admin-key.ts';

export interface AdminKey {
  readonly key: () => string;
  /** It was made at this start. */
  readonly created: boolean;
  /** Called when another key counts. */
  onChange(listener: () => void): void;
}

const newAdminKey = (): string => `hga_${randomBytes(32).toString('base64url')}`;

/**
 * The generated key is made in any case: it is the one that counts when `auth.api_key` is taken out of the configuration.
 * @throws StorageError
 */
export async function createAdminKey(live: LiveConfig, folder: string): Promise<AdminKey> {
  const configured = live.current().auth.apiKey;
  const generated = await readOrCreateAdminKey(folder, newAdminKey);
  let current = configured ?? generated.key;
  const listeners: (() => void)[] = [];
  live.onChange(({ config: { auth } }) => {
    const next = auth.apiKey ?? generated.key;
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener();
  });
  return {
    key: () => current,
    created: configured === undefined && generated.created,
    onChange: (listener) => void listeners.push(listener),
  };
}
