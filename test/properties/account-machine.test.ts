import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Account, healthOf } from '../../src/core/account.ts';
import { type AccountEvent, transition } from '../../src/core/account-machine.ts';
import { anAccount, RULES } from '../support/builders.ts';

const at = fc.integer({ min: 0, max: 1_000 });
const generation = fc.integer({ min: 0, max: 6 });
const until = fc.integer({ min: -10, max: 2_000 });
const mark = fc.constantFrom(null, 'mrk_1', 'mrk_2');
const tokens = { at, generation, expiresAt: fc.constant(null), loginExpiresAt: fc.constant(null) };
const of = <T extends string>(...types: T[]) => fc.constantFrom(...types);

const event: fc.Arbitrary<AccountEvent> = fc.oneof(
  fc.record({ type: of('quota_rejected', 'throttled'), at, until, cause: of('quota' as const, 'throttle' as const), mark }),
  fc.record({
    type: of('credential_rejected'),
    at,
    generation,
    reason: of('credential_rejected' as const, 'refresh_lost' as const),
  }),
  fc.record({ type: of('refreshed'), ...tokens }),
  fc.record({ type: of('reauthorized'), ...tokens }),
  fc.record({ type: of('verified'), at, generation }),
  fc.record({ type: of('mark_withdrawn'), at, mark: of('mrk_1', 'mrk_2') }),
  fc.record({ type: of('cooldown_elapsed', 'disabled', 'idle', 'enabled', 'limit_cleared'), at }),
);
/** Events in the order of time, as they happen. */
const history = fc.array(event, { maxLength: 30 }).map((events) => events.toSorted((a, b) => a.at - b.at));

const start = anAccount({ generation: 0, createdAt: 0, updatedAt: 0 });
const run = (events: readonly AccountEvent[]): Account =>
  events.reduce((account, e) => transition(account, e, RULES).account, start);
const step = (before: Account, next: AccountEvent): Account => transition(before, next, RULES).account;

/** Checks `rule` on every single step of random histories. */
const always = (rule: (before: Account, event: AccountEvent, after: Account) => void) =>
  fc.assert(
    fc.property(history, (events) => {
      let account = start;
      for (const next of events) {
        const after = step(account, next);
        rule(account, next, after);
        account = after;
      }
    }),
    { numRuns: 500 },
  );

const byAPerson = new Set(['enabled', 'reauthorized', 'verified', 'limit_cleared', 'disabled']);

describe('account machine, whatever happens', () => {
  it('never leaves invalid or inactive by itself', () => {
    always((before, { type }, after) => {
      const shut = before.status.state === 'invalid' || before.status.state === 'inactive';
      if (shut && after.status.state !== before.status.state) assert.ok(byAPerson.has(type) || type === 'idle', type);
    });
  });

  it('never lets traffic undo a pause', () => {
    always((before, { type }, after) => {
      if (before.status.state === 'inactive' && type !== 'enabled') assert.equal(after.status.state, 'inactive');
    });
  });

  it('always has an end to a cooldown, at most the maximum ahead', () => {
    always((_before, { at: now }, after) => {
      const health = healthOf(after);
      if (health.state === 'rate_limited') assert.ok(Number.isFinite(health.until) && health.until <= now + RULES.maxCooldownMs);
    });
  });

  it('never shortens a proven cooldown that still runs, unless a person clears it', () => {
    always((before, next, after) => {
      const was = healthOf(before);
      const is = healthOf(after);
      if (was.state !== 'rate_limited' || was.mark !== null || next.at >= was.until) return;
      if (is.state === 'rate_limited') assert.ok(is.until >= was.until);
      else assert.ok(is.state === 'invalid' || byAPerson.has(next.type), next.type);
    });
  });

  it('never improves a status by disabling and enabling at the same instant', () => {
    fc.assert(
      fc.property(history, at, (events, now) => {
        const before = run(events);
        fc.pre(before.status.state !== 'inactive');
        const back = step(step(before, { type: 'disabled', at: now }), { type: 'enabled', at: now });
        const elapsed = step(before, { type: 'cooldown_elapsed', at: now });
        assert.deepEqual(back.status, elapsed.status);
      }),
    );
  });

  it('never goes back to an older generation', () => {
    always((before, _event, after) => assert.ok(after.generation >= before.generation));
  });

  it('ignores what is said about an older credential', () => {
    always((before, next, after) => {
      if ('generation' in next && next.generation < before.generation) assert.equal(after, before);
    });
  });

  it('returns the same object when nothing changes', () => {
    always((before, _event, after) => {
      if (after !== before) assert.notDeepEqual(after, before);
    });
  });
});
