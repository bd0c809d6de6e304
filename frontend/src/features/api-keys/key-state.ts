/** Whether a key opens anything now. Pure. */
import type { KeyView } from '@contract/keys.ts';

export type KeyState = 'usable' | 'expired' | 'disabled';

export function stateOf({ enabled, expires_at }: Pick<KeyView, 'enabled' | 'expires_at'>, now: number): KeyState {
  if (!enabled) return 'disabled';
  return expires_at !== null && Date.parse(expires_at) <= now ? 'expired' : 'usable';
}

/** The newest first: it is the one that was just made. */
export const sortKeys = (keys: readonly KeyView[]): readonly KeyView[] =>
  keys.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || a.name.localeCompare(b.name));
