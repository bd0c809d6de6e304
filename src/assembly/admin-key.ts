/** The operator's key: the configured one, else the one that the first start made. */
import { randomBytes } from 'node:crypto';
import type { AdminKeyRotation } from '../admin/admin-key-routes.ts';
import type { LiveConfig } from '../config/live-config.ts';
import { readOrCreateAdminKey, replaceAdminKey } from '../storage/admin-key.ts';

export interface AdminKey {
  readonly key: () => string;
  /** It was made at this start. */
  readonly created: boolean;
  /** Called when another key counts. */
  onChange(listener: () => void): void;
  /** Makes another key in place of the generated one. @throws StorageError; nothing is changed then */
  rotate(): Promise<AdminKeyRotation>;
}

const newAdminKey = (): string => `hga_${randomBytes(32).toString('base64url')}`;

/**
 * The generated key is made in any case: it is the one that counts when `auth.api_key` is taken out of the configuration.
 * @throws StorageError
 */
export async function createAdminKey(live: LiveConfig, folder: string): Promise<AdminKey> {
  const configured = () => live.current().auth.apiKey;
  const { key, created } = await readOrCreateAdminKey(folder, newAdminKey);
  let generated = key;
  let current = configured() ?? generated;
  let isRotating = false;
  const listeners: (() => void)[] = [];
  const follow = () => {
    const next = configured() ?? generated;
    if (next === current) return;
    current = next;
    for (const listener of listeners) listener();
  };
  live.onChange(follow);
  return {
    key: () => current,
    created: configured() === undefined && created,
    onChange: (listener) => void listeners.push(listener),
    async rotate() {
      if (configured() !== undefined) return { kind: 'configured', where: whereConfigured(live) };
      if (isRotating) return { kind: 'busy' };
      isRotating = true;
      try {
        const next = newAdminKey();
        await replaceAdminKey(folder, next);
        generated = next;
        follow();
        return { kind: 'rotated', key: next };
      } finally {
        isRotating = false;
      }
    },
  };
}

function whereConfigured({ origins }: LiveConfig): string {
  const origin = origins.get('auth.api_key');
  switch (origin?.kind) {
    case 'environment':
      return `the environment variable ${origin.variable}`;
    case 'file':
      return `the configuration file ${origin.file}`;
    default:
      return 'the configuration';
  }
}
