/** What the simulator itself saw and did, kept apart from the product's own accounting so that tests can hold one against the other. */

export interface ApiEntry {
  readonly at: number;
  /** Name of the simulated account whose credential came; null for an unknown credential. */
  readonly account: string | null;
  readonly credential: 'bearer' | 'x-api-key' | 'none' | 'two';
  readonly method: string;
  readonly target: string;
  /** Credentials replaced by the name of the account they belong to. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  readonly bodySha256: string;
  readonly model: string | null;
  readonly sessionId: string | null;
  /** What should never have come: `authorization and x-api-key`, hop-by-hop fields, a missing version. */
  readonly violations: readonly string[];
  /** Filled in as the answer goes on. */
  status: number;
  eventsSent: number;
  end: 'open' | 'finished' | 'aborted' | 'cut';
}

export interface TokenEntry {
  readonly at: number;
  readonly grant: string;
  readonly account: string | null;
  /** `committed`: the server has rotated, whether or not its answer arrived. */
  readonly outcome: 'committed' | 'invalid_grant' | 'invalid_client' | 'invalid_request' | 'fault';
  /** Serial number of the refresh token that was handed out. */
  readonly generation: number | null;
}

const MAX_ENTRIES = 100_000;

export interface Books {
  readonly api: readonly ApiEntry[];
  readonly tokens: readonly TokenEntry[];
  addApi(entry: ApiEntry): void;
  addToken(entry: TokenEntry): void;
  /** Refreshes that the server committed for the account. */
  refreshes(account: string): number;
  /** Requests that came with the account's credential. */
  requests(account: string): readonly ApiEntry[];
  clear(): void;
}

export function createBooks(): Books {
  const api: ApiEntry[] = [];
  const tokens: TokenEntry[] = [];
  const keep = <T>(list: T[], entry: T): void => {
    list.push(entry);
    if (list.length > MAX_ENTRIES) list.shift();
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
    clear() {
      api.length = 0;
      tokens.length = 0;
    },
  };
}
