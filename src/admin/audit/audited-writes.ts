/** What each write of the administration is called in the audit log, and what it is about. */

export interface AuditedWrite {
  readonly action: string;
  /** What the path or the reply names; null where it is about nothing that has a name. */
  readonly about: 'account' | 'key' | 'session' | null;
  /** It may make settings, too. */
  readonly setsSettings?: boolean;
}

/** By method and path below `/api`. */
export const auditedWrites: Readonly<Record<string, AuditedWrite>> = {
  'POST /auth/logout': { action: 'logout', about: null },
  'POST /accounts': { action: 'account.add', about: 'account' },
  'PATCH /accounts/:id': { action: 'account.update', about: 'account' },
  'PUT /accounts/:id': { action: 'account.update', about: 'account' },
  'DELETE /accounts/:id': { action: 'account.remove', about: 'account' },
  'POST /accounts/:id/refresh': { action: 'account.refresh', about: 'account' },
  'POST /accounts/:id/test': { action: 'account.test', about: 'account' },
  'POST /accounts/:id/clear-limit': { action: 'account.clear_limit', about: 'account' },
  'POST /accounts/:id/prefer': { action: 'account.prefer', about: 'account', setsSettings: true },
  'POST /accounts/export': { action: 'account.export', about: 'account' },
  'POST /accounts/import': { action: 'account.import', about: 'account' },
  'POST /oauth/authorize': { action: 'account.authorize', about: 'account', setsSettings: true },
  'POST /keys': { action: 'key.create', about: 'key' },
  'PATCH /keys/:id': { action: 'key.update', about: 'key' },
  'DELETE /keys/:id': { action: 'key.revoke', about: 'key' },
  'POST /keys/:id/rotate': { action: 'key.rotate', about: 'key' },
  'DELETE /sessions/:id': { action: 'session.revoke', about: 'session' },
  'POST /admin-key/rotate': { action: 'admin_key.rotate', about: null },
  'PATCH /settings': { action: 'settings.update', about: null, setsSettings: true },
};

export interface FoundWrite extends AuditedWrite {
  /** The id in the path; null where there is none. */
  readonly id: string | null;
}

const patterns = Object.entries(auditedWrites).map(([route, write]) => {
  const [method = '', path = ''] = route.split(' ');
  return { method, parts: path.split('/'), write };
});

/** A write that nobody has named is on record under its method and path: better an ugly name than no line. */
export function findWrite(method: string, path: string): FoundWrite {
  const parts = path.split('/');
  const isLike = (pattern: readonly string[]) =>
    pattern.length === parts.length && pattern.every((part, index) => part.startsWith(':') || part === parts[index]);
  const fitting = patterns.filter((pattern) => pattern.method === method && isLike(pattern.parts));
  // `/accounts/export` is no account of that name.
  const best = fitting.find((pattern) => !pattern.parts.includes(':id')) ?? fitting[0];
  if (!best) return { action: `${method} ${path.slice(0, MAX_PATH)}`, about: null, id: null };
  const place = best.parts.indexOf(':id');
  return { ...best.write, id: place < 0 ? null : (parts[place] ?? null) };
}

const MAX_PATH = 200;
