/**
 * Which requests belong to one conversation, so that it stays with the account that holds its prompt cache.
 * Headers first, because a body's opening can change between turns; the session of `metadata.user_id` where there are none.
 */

export interface ConversationClues {
  readonly apiKeyId: string;
  /** `x-claude-code-session-id` */
  readonly sessionId: string | null;
  /** `x-claude-code-agent-id`: a sub-agent has a prompt prefix of its own. */
  readonly agentId: string | null;
  /** `metadata.user_id` of the body, as sent; Claude Code puts a JSON text with `session_id` there. */
  readonly userId: string | null;
}

const MAX_CLUE_LENGTH = 256;

/** A key for the pin table, or null when the request names no conversation. Ids of unusual length name none. */
export function conversationKey({ apiKeyId, sessionId, agentId, userId }: ConversationClues): string | null {
  const session = usable(sessionId) ?? sessionOf(userId);
  if (session === null) return null;
  const agent = usable(agentId);
  return agent === null ? `${apiKeyId} ${session}` : `${apiKeyId} ${session} ${agent}`;
}

const usable = (clue: string | null): string | null =>
  clue !== null && clue.length > 0 && clue.length <= MAX_CLUE_LENGTH ? clue : null;

/** Two spellings are in use: a JSON text with `session_id`, and `user_…_session_<id>`. */
function sessionOf(userId: string | null): string | null {
  if (userId === null || userId.length > 4 * MAX_CLUE_LENGTH) return null;
  const inJson = /"session_id"\s*:\s*"([^"\\]{1,256})"/.exec(userId)?.[1];
  const inWords = /_session_([A-Za-z0-9-]{1,256})$/.exec(userId)?.[1];
  return inJson ?? inWords ?? null;
}
