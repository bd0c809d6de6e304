/** What the simulator itself saw and did, kept apart from the product's own accounting so that tests can hold one against the other. */

/** One request to the API. It is written when the head of the request has come, and filled in as it goes on. */
export interface ApiEntry {
  readonly at: number;
  /** Name of the simulated account whose credential came; null for an unknown credential. */
  readonly account: string | null;
  readonly credential: 'bearer' | 'x-api-key' | 'none' | 'two';
  /** Tells credentials apart without holding them: the beginning of their SHA-256. Null: none came. */
  readonly fingerprint: string | null;
  readonly method: string;
  readonly target: string;
  /** Credentials replaced by the name of the account they belong to. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sessionId: string | null;
  /** What should never have come: `authorization and x-api-key`, hop-by-hop fields, the product's own fields. */
  readonly violations: readonly string[];
  bodyBytes: number;
  bodySha256: string;
  model: string | null;
  stream: boolean;
  /** As sent; 0 when no head was sent. */
  status: number;
  eventsSent: number;
  /** `aborted`: the client went away. `cut`: a fault ended the connection. */
  end: 'open' | 'finished' | 'aborted' | 'cut';
}

/** One request to the token endpoint. */
export interface TokenEntry {
  readonly at: number;
  readonly grant: string;
  /** Path and query. */
  readonly target: string;
  /** Tells refresh tokens apart without holding them: the beginning of the SHA-256 of the one that came. Null: none came. */
  readonly presented: string | null;
  /** Whose token or code came; null: unknown. */
  account: string | null;
  /** The login that the token belongs to; null: none. */
  family: string | null;
  /** Serial number, within the login, of the refresh token that was handed out. */
  generation: number | null;
  /** `committed`: the server has rotated, whether or not its answer arrived. `repeated`: the grace period answered it. */
  outcome:
    | 'open'
    | 'committed'
    | 'repeated'
    | 'invalid_grant'
    | 'invalid_client'
    | 'invalid_request'
    | 'unsupported_grant_type'
    | 'fault';
  /** Why it was refused, for the reader of a failed test. */
  reason: string | null;
  /** All of the reply has been handed to the system. */
  replied: boolean;
}

const DEFAULT_LIMIT = 100_000;

export interface Books {
  readonly api: readonly ApiEntry[];
  readonly tokens: readonly TokenEntry[];
  addApi(entry: ApiEntry): void;
  addToken(entry: TokenEntry): void;
  /** Refreshes that the server committed for the account. */
  refreshes(account: string): number;
  /** Requests that came with the account's credential. */
  requests(account: string): readonly ApiEntry[];
  /** Requests that came to the token endpoint with the account's token or code. */
  tokenRequests(account: string): readonly TokenEntry[];
  clear(): void;
}

/** `limit`: entries of each kind; beyond it the oldest tenth is forgotten. */
export function createBooks(limit = DEFAULT_LIMIT): Books {
  const api: ApiEntry[] = [];
  const tokens: TokenEntry[] = [];
  const keep = <T>(list: T[], entry: T): void => {
    list.push(entry);
    if (list.length > limit) list.splice(0, Math.ceil(limit / 10));
  };
  return {
    api,
    tokens,
    addApi: (entry) => keep(api, entry),
    addToken: (entry) => keep(tokens, entry),
    refreshes: (account) =>
      tokens.filter((entry) => entry.account === account && entry.grant === 'refresh_token' && entry.outcome === 'committed')
        .length,
    requests: (account) => api.filter((entry) => entry.account === account),
    tokenRequests: (account) => tokens.filter((entry) => entry.account === account),
    clear() {
      api.length = 0;
      tokens.length = 0;
    },
  };
}
