/** Pure. */
import type { ClientSessionView } from '@contract/sessions.ts';

/** Who came first stands first: by nothing that traffic changes, so that no button moves away under the pointer. */
export const sortSessions = (sessions: readonly ClientSessionView[]): readonly ClientSessionView[] =>
  sessions.toSorted((a, b) => Date.parse(a.first_seen_at) - Date.parse(b.first_seen_at) || a.id.localeCompare(b.id));

/** `claude-cli/2.1.330` of a user agent that goes on with details. */
export const programOf = (userAgent: string): string => userAgent.split(/[ (]/, 1)[0] || 'unknown program';
