/** Pure. */
import type { ClientSessionView } from '@contract/sessions.ts';

/** Those with running requests first, the busiest before the others; then who was here last. */
export const sortSessions = (sessions: readonly ClientSessionView[]): readonly ClientSessionView[] =>
  sessions.toSorted(
    (a, b) =>
      b.running.length - a.running.length || Date.parse(b.last_seen_at) - Date.parse(a.last_seen_at) || a.id.localeCompare(b.id),
  );

/** `claude-cli/2.1.330` of a user agent that goes on with details. */
export const programOf = (userAgent: string): string => userAgent.split(/[ (]/, 1)[0] || 'unknown program';
