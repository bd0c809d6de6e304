import assert from 'node:assert/strict';
import type { Account, AccountStatus } from '../../../src/core/account.ts';
import { type AccountEvent, type EventType, table, transition } from '../../../src/core/account-machine.ts';
import { anAccount, DAY, HOUR, inactive, invalidSince, limitedUntil, MINUTE, NOW, RULES } from '../../support/builders.ts';

const LATER = NOW + 2 * HOUR;
const statuses = {
  active: { state: 'active' },
  rate_limited: limitedUntil(NOW + HOUR),
  inactive: inactive({ state: 'active' }),
  invalid: invalidSince(NOW - HOUR),
} satisfies Record<AccountStatus['state'], AccountStatus>;

const tokens = { generation: 4, expiresAt: NOW + 8 * HOUR, loginExpiresAt: null };
const events: { readonly [T in EventType]: Extract<AccountEvent, { type: T }> } = {
  quota_rejected: { type: 'quota_rejected', at: NOW, until: LATER, cause: 'quota', mark: null },
  throttled: { type: 'throttled', at: NOW, until: LATER, cause: 'throttle', mark: 'mrk_1' },
  credential_rejected: { type: 'credential_rejected', at: NOW, generation: 3, reason: 'credential_rejected' },
  refreshed: { type: 'refreshed', at: NOW, ...tokens },
  cooldown_elapsed: { type: 'cooldown_elapsed', at: NOW },
  disabled: { type: 'disabled', at: NOW },
  idle: { type: 'idle', at: NOW },
  enabled: { type: 'enabled', at: NOW },
  verified: { type: 'verified', at: NOW, generation: 3 },
  reauthorized: { type: 'reauthorized', at: NOW, ...tokens },
  mark_withdrawn: { type: 'mark_withdrawn', at: NOW, mark: 'mrk_1' },
  limit_cleared: { type: 'limit_cleared', at: NOW },
};

/** `=`: the very same object. Otherwise what the cell leads to: `state`, `state+tokens`, `inactive>resume`, with `!` for a proof, `*` for an alert. */
const expected: Record<AccountStatus['state'], Record<EventType, string>> = {
  active: {
    quota_rejected: 'rate_limited',
    throttled: 'rate_limited',
    credential_rejected: 'invalid*',
    refreshed: 'active+tokens',
    cooldown_elapsed: '=',
    disabled: 'inactive>active',
    idle: 'inactive>active',
    enabled: '=',
    verified: '=',
    reauthorized: 'active+tokens',
    mark_withdrawn: '=',
    limit_cleared: '=',
  },
  rate_limited: {
    quota_rejected: 'rate_limited',
    throttled: 'rate_limited',
    credential_rejected: 'invalid*',
    refreshed: 'rate_limited+tokens',
    cooldown_elapsed: '=',
    disabled: 'inactive>rate_limited',
    idle: 'inactive>rate_limited',
    enabled: '=',
    verified: '=',
    reauthorized: 'rate_limited+tokens',
    mark_withdrawn: '=',
    limit_cleared: 'active',
  },
  inactive: {
    quota_rejected: 'inactive>rate_limited',
    throttled: 'inactive>rate_limited',
    credential_rejected: 'inactive>invalid',
    refreshed: 'inactive>active+tokens',
    cooldown_elapsed: '=',
    disabled: '=',
    idle: '=',
    enabled: 'active',
    verified: '=',
    reauthorized: 'inactive>active+tokens',
    mark_withdrawn: '=',
    limit_cleared: '=',
  },
  invalid: {
    quota_rejected: '=',
    throttled: '=',
    credential_rejected: '=',
    refreshed: 'invalid+tokens',
    cooldown_elapsed: '=',
    disabled: 'inactive>invalid',
    idle: 'inactive>invalid',
    enabled: '=!',
    verified: 'active',
    reauthorized: 'active+tokens',
    mark_withdrawn: '=',
    limit_cleared: '=',
  },
};

function outcome(before: Account, event: AccountEvent): string {
  const { account, effects } = transition(before, event, RULES);
  const signs = `${effects.includes('start_proof') ? '!' : ''}${effects.includes('alert_operator') ? '*' : ''}`;
  if (account === before) return `=${signs}`;
  const resume = account.status.state === 'inactive' ? `>${account.status.resume.state}` : '';
  return `${account.status.state}${resume}${account.generation === 4 ? '+tokens' : ''}${signs}`;
}

const from = (status: AccountStatus) => anAccount({ status });
const statusAfter = (status: AccountStatus, event: AccountEvent): AccountStatus =>
  transition(from(status), event, RULES).account.status;

describe('account machine: every cell of the table', () => {
  for (const [state, row] of Object.entries(expected)) {
    for (const [type, cell] of Object.entries(row)) {
      it(`${state} on ${type} → ${cell}`, () => {
        assert.equal(outcome(from(statuses[state as keyof typeof statuses]), events[type as EventType]), cell);
      });
    }
  }

  it('names exactly the four statuses and the twelve events', () => {
    assert.deepEqual(Object.keys(table).sort(), Object.keys(expected).sort());
    for (const row of Object.values(table)) assert.deepEqual(Object.keys(row).sort(), Object.keys(events).sort());
  });
});

describe('account machine: cooldowns', () => {
  it('keep the later end when a shorter limit is reported', () => {
    const shorter = { ...events.quota_rejected, until: NOW + MINUTE };
    assert.equal(outcome(from(statuses.rate_limited), shorter), '=');
  });

  it('never reach further ahead than the configured maximum', () => {
    const status = statusAfter(statuses.active, { ...events.quota_rejected, until: NOW + 400 * 24 * HOUR });
    assert.deepEqual(status, limitedUntil(NOW + RULES.maxCooldownMs));
  });

  it('end when the clock turns out to have been wrong when they began, which a second or two does not show', () => {
    const limited = from(statuses.rate_limited);
    assert.equal(outcome(limited, { type: 'cooldown_elapsed', at: NOW - 2000 }), '=');
    assert.deepEqual(statusAfter(statuses.rate_limited, { type: 'cooldown_elapsed', at: NOW - DAY }), { state: 'active' });
    const shorter = { ...events.quota_rejected, at: NOW - DAY, until: NOW - DAY + MINUTE };
    assert.deepEqual(statusAfter(statuses.rate_limited, shorter), { ...limitedUntil(NOW - DAY + MINUTE), since: NOW - DAY });
  });

  it('end when they are really over, and not before', () => {
    const limited = from(limitedUntil(NOW + 1));
    assert.equal(outcome(limited, { type: 'cooldown_elapsed', at: NOW }), '=');
    assert.equal(outcome(limited, { type: 'cooldown_elapsed', at: NOW + 1 }), 'active');
  });

  it('that a mark set are lifted by withdrawing that mark', () => {
    assert.deepEqual(statusAfter(limitedUntil(LATER, 'mrk_1'), events.mark_withdrawn), { state: 'active' });
  });

  it('that another mark set stay when a mark is withdrawn', () => {
    assert.equal(outcome(from(limitedUntil(LATER, 'mrk_2')), events.mark_withdrawn), '=');
  });

  it('fall back to what was proven before, when a mark on top of it is withdrawn', () => {
    const marked = statusAfter(limitedUntil(NOW + HOUR), { ...events.throttled, until: LATER });
    assert.deepEqual(statusAfter(marked, events.mark_withdrawn), limitedUntil(NOW + HOUR));
  });

  it('proven while a longer mark runs outlive the withdrawal of that mark', () => {
    const proven = statusAfter(limitedUntil(LATER, 'mrk_1'), { ...events.quota_rejected, until: NOW + HOUR });
    assert.deepEqual(statusAfter(proven, events.mark_withdrawn), limitedUntil(NOW + HOUR));
  });

  it('of a paused account are remembered, forgotten with their mark, and cleared by a person', () => {
    const paused = statusAfter(statuses.inactive, events.throttled);
    assert.equal(paused.state === 'inactive' && paused.resume.state, 'rate_limited');
    assert.deepEqual(statusAfter(paused, events.mark_withdrawn), inactive({ state: 'active' }));
    assert.deepEqual(statusAfter(paused, events.limit_cleared), inactive({ state: 'active' }));
  });
});

describe('account machine: pauses', () => {
  it('resume to the limit that still runs', () => {
    assert.equal(statusAfter(inactive(limitedUntil(LATER)), events.enabled).state, 'rate_limited');
  });

  it('resume to active when the limit ran out meanwhile', () => {
    assert.equal(statusAfter(inactive(limitedUntil(NOW)), events.enabled).state, 'active');
  });

  it('resume to invalid, and start a proof', () => {
    assert.equal(outcome(from(inactive(invalidSince(NOW))), events.enabled), 'invalid!');
  });

  it('forget a remembered refusal once the credential is verified', () => {
    assert.deepEqual(statusAfter(inactive(invalidSince(NOW)), events.verified), inactive({ state: 'active' }));
  });

  for (const by of ['idle', 'unasked'] as const) {
    it(`by a person outrank one by the product (${by})`, () => {
      assert.deepEqual(statusAfter(inactive({ state: 'active' }, by), events.disabled), inactive({ state: 'active' }, 'person'));
    });
  }
});

describe('account machine: generations', () => {
  it('ignore a refusal of a credential that has been replaced', () => {
    assert.equal(outcome(from(statuses.active), { ...events.credential_rejected, generation: 2 }), '=');
  });

  it('ignore a refresh that a newer login has overtaken', () => {
    assert.equal(outcome(from(statuses.active), { ...events.refreshed, generation: 3 }), '=');
  });

  it('ignore a proof of an older credential', () => {
    assert.equal(outcome(from(statuses.invalid), { ...events.verified, generation: 2 }), '=');
  });

  for (const status of Object.values(statuses)) {
    it(`takes no end of the former login over to a new one without a known end (${status.state})`, () => {
      const before = anAccount({ status, loginExpiresAt: NOW + HOUR, authorizedAt: NOW - HOUR });
      const { account } = transition(before, events.reauthorized, RULES);
      assert.deepEqual([account.loginExpiresAt, account.authorizedAt], [null, NOW]);
    });
  }

  it('keeps the end of the login through a refresh that names none', () => {
    const before = anAccount({ loginExpiresAt: NOW + HOUR, authorizedAt: NOW - HOUR });
    const { account } = transition(before, events.refreshed, RULES);
    assert.deepEqual([account.loginExpiresAt, account.authorizedAt], [NOW + HOUR, NOW - HOUR]);
  });
});
