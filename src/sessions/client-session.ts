/** One client as it is seen: an API key together with an address and a user agent, from its first request until a while after its last. */
import { createHash } from 'node:crypto';
import type { EpochMs } from '../core/time.ts';

/** What tells one client from another. */
export interface Client {
  /** Null where no key was asked for. */
  readonly apiKeyId: string | null;
  /** As far as trusted proxies tell it. */
  readonly address: string;
  readonly userAgent: string;
}

/** As it is stored. */
export interface ClientSession extends Client {
  /** `ses_…`, the same for the same client, so that it stays the same over a restart. */
  readonly id: string;
  readonly firstSeenAt: EpochMs;
  readonly lastSeenAt: EpochMs;
  /** A person revoked it: it is refused before this instant. */
  readonly revokedUntil: EpochMs | null;
}

/** A request of a client that has not ended. */
export interface RunningRequest {
  /** `hgr_…` */
  readonly id: string;
  readonly startedAt: EpochMs;
  readonly method: string;
  readonly path: string;
  readonly model: string | null;
  /** The account that it is on now; null while it has none. */
  readonly account: { readonly id: string; readonly name: string } | null;
  readonly body: { readonly byteLength: number };
  /** Reply bytes so far, its head included. */
  bytesSent(): number;
  /** Ends it, whatever it is doing. */
  cut(): void;
}

/** Longer ones are cut: they are the client's to choose. */
const MAX_USER_AGENT = 200;

/** The same text for the same client, and for no other. */
export const clientKey = ({ apiKeyId, address, userAgent }: Client): string =>
  `${apiKeyId ?? ''} ${address} ${userAgent.slice(0, MAX_USER_AGENT)}`;

export function newSession(client: Client, now: EpochMs): ClientSession {
  return {
    id: `ses_${createHash('sha256').update(clientKey(client)).digest('base64url').slice(0, 16)}`,
    apiKeyId: client.apiKeyId,
    address: client.address,
    userAgent: client.userAgent.slice(0, MAX_USER_AGENT),
    firstSeenAt: now,
    lastSeenAt: now,
    revokedUntil: null,
  };
}
