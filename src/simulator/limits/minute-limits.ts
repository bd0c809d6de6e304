/** The limits per minute of API keys: buckets that fill evenly, with one group of `anthropic-ratelimit-*` fields each. */

/** What a minute grants; what is absent has no bound. */
export interface MinuteLimits {
  readonly requests?: number;
  /** Of prompt and reply together. */
  readonly tokens?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

interface Bucket {
  /** As in the names of the fields. */
  readonly name: string;
  readonly limit: number;
  /** Below zero when a reply cost more than was left. */
  left: number;
  /** Epoch ms of the last look. */
  at: number;
}

export interface Spending {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const MINUTE = 60_000;

const AMOUNTS: Readonly<Record<keyof MinuteLimits, readonly [name: string, amount: (spending: Spending) => number]>> = {
  requests: ['requests', ({ requests }) => requests],
  tokens: ['tokens', ({ inputTokens, outputTokens }) => inputTokens + outputTokens],
  inputTokens: ['input-tokens', ({ inputTokens }) => inputTokens],
  outputTokens: ['output-tokens', ({ outputTokens }) => outputTokens],
};

export interface MinuteBuckets {
  /** False when a bucket is empty: nothing is taken then. */
  spend(spending: Spending, now: number): boolean;
  /** Takes what is known only afterwards, even below nothing. */
  charge(spending: Spending, now: number): void;
  /** `refused` adds when it makes sense to come again. */
  headers(refused: boolean, now: number): Record<string, string>;
}

export function createMinuteBuckets(limits: MinuteLimits, start: number): MinuteBuckets {
  const kinds = (Object.keys(AMOUNTS) as (keyof MinuteLimits)[]).flatMap((kind) => {
    const limit = limits[kind];
    const [name, amount] = AMOUNTS[kind];
    return limit === undefined ? [] : [{ bucket: { name, limit, left: limit, at: start } satisfies Bucket, amount }];
  });
  const fill = (now: number): void => {
    for (const { bucket } of kinds) {
      bucket.left = Math.min(bucket.limit, bucket.left + ((now - bucket.at) / MINUTE) * bucket.limit);
      bucket.at = now;
    }
  };
  const take = (spending: Spending): void => {
    for (const { bucket, amount } of kinds) bucket.left -= amount(spending);
  };
  /** When so much will be there again. */
  const instantOf = ({ left, limit, at }: Bucket, wanted: number): number => at + (Math.max(0, wanted - left) / limit) * MINUTE;

  return {
    spend(spending, now) {
      fill(now);
      if (kinds.some(({ bucket }) => bucket.left < 1)) return false;
      take(spending);
      return true;
    },
    charge(spending, now) {
      fill(now);
      take(spending);
    },
    headers(refused, now) {
      fill(now);
      const headers: Record<string, string> = {};
      for (const { bucket } of kinds) {
        const name = `anthropic-ratelimit-${bucket.name}-`;
        headers[`${name}limit`] = String(bucket.limit);
        headers[`${name}remaining`] = String(Math.max(0, Math.floor(bucket.left)));
        // RFC 3339, when the bucket is full again.
        headers[`${name}reset`] = new Date(instantOf(bucket, bucket.limit)).toISOString().replace(/\.\d+Z$/, 'Z');
      }
      if (refused) {
        const until = Math.max(...kinds.map(({ bucket }) => instantOf(bucket, 1)));
        headers['retry-after'] = String(Math.max(1, Math.ceil((until - now) / 1000)));
      }
      return headers;
    },
  };
}
