/** What an account's event is called for people. Pure. */

const WORDS: Readonly<Record<string, string>> = {
  created: 'Added',
  removed: 'Removed',
  edited: 'Edited',
  renamed: 'Renamed',
  enabled: 'Enabled',
  disabled: 'Disabled',
  idle: 'Idle',
  reauthorized: 'Authorized again',
  refreshed: 'Token refreshed',
  refresh_failed: 'Refresh failed',
  verified: 'Credential verified',
  credential_rejected: 'Credential refused',
  quota_rejected: 'Quota used up',
  throttled: 'Asked to pause',
  cooldown_elapsed: 'Cooldown over',
  limit_cleared: 'Limit cleared',
  mark_withdrawn: 'Limit withdrawn',
};

/** An event of a newer server is shown by its own name. */
export function eventWords(type: string): string {
  const words = type.replaceAll('_', ' ');
  return WORDS[type] ?? words.slice(0, 1).toUpperCase() + words.slice(1);
}

const BAD = new Set(['refresh_failed', 'credential_rejected']);
const WARNING = new Set(['quota_rejected', 'throttled']);
const GOOD = new Set(['created', 'enabled', 'reauthorized', 'verified', 'cooldown_elapsed', 'limit_cleared', 'mark_withdrawn']);

export type EventTone = 'bad' | 'warn' | 'ok' | 'plain';

export function eventTone(type: string): EventTone {
  if (BAD.has(type)) return 'bad';
  if (WARNING.has(type)) return 'warn';
  return GOOD.has(type) ? 'ok' : 'plain';
}
