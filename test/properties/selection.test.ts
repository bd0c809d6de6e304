/** The search that looks at few finds whom the plain search over all finds, whatever happens between one choice and the next. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Account, AccountStatus, QuotaWindow } from '../../src/core/account.ts';
import { type PolicyName, policyNames } from '../../src/core/policies.ts';
import { type Cursor, Roster } from '../../src/core/roster.ts';
import { type SelectionRules, selectAccount } from '../../src/core/select-account.ts';
import { active, DAY, HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW, SELECTION } from '../support/builders.ts';
import { accountNamed, aQuery } from '../support/candidates.ts';
import { plainSearch } from '../support/plain-search.ts';

interface Entry {
  account: Account;
  inFlight: number;
  lastUsedAt: number | null;
  onProbation: boolean;
}
type Change = (entry: Entry, now: number) => void;

const MAX_ACCOUNTS = 12;
const ids = Array.from({ length: MAX_ACCOUNTS }, (_, index) => String.fromCharCode(97 + index));

const window = (name: string, utilization: number | null, leftMs: number): QuotaWindow => ({
  name,
  status: null,
  utilization,
  resetAt: NOW + leftMs,
});
/** Few values, so that equals are common. */
const windows = fc.constantFrom<readonly QuotaWindow[]>(
  [],
  [window('5h', 0.5, HOUR), window('7d', 0.5, DAY)],
  [window('5h', 0.5, HOUR), window('7d', 0.9, DAY)],
  [window('5h', 0, MINUTE), window('7d_opus', 1, 3 * DAY)],
  [window('5h', 0, 3000), window('7d', 0.2, 2 * DAY)],
  [window('7d', null, 5000), window('overage', 0.3, DAY)],
);

const edit = (over: (now: number) => Partial<Account>): Change => {
  return (entry, now) => {
    entry.account = { ...entry.account, ...over(now) };
  };
};
const taken: Change = (entry) => {
  entry.inFlight += 1;
};
const ended: Change = (entry, now) => {
  entry.inFlight = Math.max(0, entry.inFlight - 1);
  entry.lastUsedAt = now;
};
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(taken, taken, ended),
  windows.map((value) => edit(() => ({ windows: value }))),
  fc.integer({ min: -1, max: 2 }).map((priority) => edit(() => ({ priority }))),
  fc.constantFrom('oauth', 'api_key').map((kind) => edit(() => ({ kind }))),
  fc
    .constantFrom<AccountStatus>(active, invalidSince(NOW), inactive({ state: 'active' }))
    .map((status) => edit(() => ({ status }))),
  fc.integer({ min: -2000, max: 4000 }).map((left) => edit((now) => ({ status: { ...limitedUntil(now + left), since: now } }))),
  fc.integer({ min: -2000, max: 4000 }).map((left) => edit((now) => ({ expiresAt: now + MINUTE + left }))),
  fc.constant(edit((now) => ({ benches: [{ family: 'opus', until: now + 2000 }] }))),
  fc.boolean().map((value): Change => {
    return (entry) => {
      entry.onProbation = value;
    };
  }),
);

/** Scores of quota go by the time, and may be a second old: for them less than that passes in no time. Somebody may set the clock back. */
const passing = (policy: PolicyName): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1000, max: 4000 }),
    fc.constant(-5000),
    policy === 'quota_aware' ? fc.constant(0) : fc.integer({ min: -999, max: 999 }),
  );

const step = (policy: PolicyName) =>
  fc.record({
    changes: fc.array(fc.tuple(fc.nat(MAX_ACCOUNTS - 1), change), { maxLength: 4 }),
    passes: passing(policy),
    query: fc.record({
      family: fc.constantFrom(null, 'opus', 'sonnet', 'some-model'),
      tried: fc.subarray(ids, { maxLength: 3 }).map((some) => new Set(some)),
      notKind: fc.constantFrom(null, 'api_key' as const),
      only: fc.option(fc.constantFrom(...ids), { freq: 8 }).map((id) => (id === ids[0] ? id : null)),
      evenOnProbation: fc.boolean(),
    }),
  });
type Step = ReturnType<typeof step> extends fc.Arbitrary<infer Value> ? Value : never;

const rulesFor = (policy: PolicyName): fc.Arbitrary<SelectionRules> =>
  fc
    .record({ maxConcurrency: fc.constantFrom(null, 2), maxUtilization: fc.constantFrom(1, 0.6) })
    .map((limits) => ({ ...SELECTION, ...limits, policy }));

/** A pool that things happen to, and two searches in it. */
class World {
  readonly #entries: readonly Entry[];
  readonly #roster: Roster;
  readonly #rules: SelectionRules;
  #cursor: Cursor | null = null;
  #now = NOW;

  constructor(size: number, rules: SelectionRules) {
    this.#entries = ids
      .slice(0, size)
      .map((id) => ({ account: accountNamed(id), inFlight: 0, lastUsedAt: null, onProbation: false }));
    this.#roster = new Roster(this.#entries);
    this.#rules = rules;
  }

  happen({ changes, passes }: Step): void {
    this.#now += passes;
    for (const [place, apply] of changes) {
      const entry = this.#entries[place];
      if (!entry) continue;
      apply(entry, this.#now);
      this.#roster.noteChange(place);
    }
  }

  choose({ query: asked }: Step): { readonly quick: string | null; readonly plain: string | null } {
    const query = aQuery({ ...asked, now: this.#now });
    const plain = plainSearch(this.#entries, query, this.#cursor, this.#rules);
    const quick = selectAccount(this.#roster, query, this.#cursor, this.#rules)?.candidate ?? null;
    if (quick) this.#cursor = quick.account;
    return { quick: quick?.account.id ?? null, plain: plain?.account.id ?? null };
  }
}

describe('choosing from a ranking', () => {
  for (const policy of policyNames) {
    it(`finds whom a search over all finds: ${policy}`, () => {
      const sizes = fc.integer({ min: 1, max: MAX_ACCOUNTS });
      const histories = fc.array(step(policy), { minLength: 1, maxLength: 25 });
      fc.assert(
        fc.property(sizes, rulesFor(policy), histories, (size, rules, history) => {
          const world = new World(size, rules);
          for (const each of history) {
            world.happen(each);
            const { quick, plain } = world.choose(each);
            assert.equal(quick, plain);
          }
        }),
        { numRuns: 500 },
      );
    });
  }
});
