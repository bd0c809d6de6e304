/** What talking to the authorization server needs to know; the `oauth` section of the configuration has this shape. */
import type { DurationMs } from '../core/time.ts';

export interface OAuthSettings {
  /** Undefined: none was issued yet, so that no account can be added or refreshed. */
  readonly clientId: string | undefined;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly redirectUri: string;
  /** Separated by spaces (RFC 6749 section 3.3). */
  readonly scope: string;
  readonly tokenRequestFormat: string;
  readonly timeoutMs: DurationMs;
}
