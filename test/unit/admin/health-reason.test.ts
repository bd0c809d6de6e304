import assert from 'node:assert/strict';
import { healthReason } from '../../../src/admin/health-reason.ts';
import type { Account } from '../../../src/core/account.ts';
import { outlookOf } from '../../../src/core/pool-outlook.ts';
import { anAccount, DAY, HOUR, inactive, invalidSince, limitedUntil, NOW } from '../../support/builders.ts';

const off = inactive({ state: 'active' });
const on = { state: 'active' } as const;
const limited = limitedUntil(NOW + 2 * HOUR);

/** Of accounts named a, b, c … with these statuses. */
function reason(...statuses: readonly Account['status'][]): string {
  const accounts = statuses.map((status, index) => anAccount({ name: String.fromCharCode(97 + index), status }));
  return healthReason(accounts, outlookOf(accounts, NOW), NOW);
}

describe('the reason for the health of the pool', () => {
  const CASES: readonly (readonly [string, readonly Account['status'][]])[] = [
    ['There is no account yet.', []],
    ['The only account is switched off.', [off]],
    ['All 2 accounts are switched off.', [off, off]],
    ['The only account in use can serve.', [on, off]],
    ['All 2 accounts in use can serve.', [on, on]],
    ['2 of 3 accounts in use can serve; "c" is limited until 14:00 UTC.', [on, on, limited]],
    ['Only 1 of 2 accounts in use can serve; "b" needs a person.', [on, invalidSince(NOW), off]],
    [
      'None of 2 accounts in use can serve; "a" is limited until 2026-11-26 12:00 UTC, "b" needs a person.',
      [limitedUntil(NOW + 2 * DAY), invalidSince(NOW)],
    ],
    ['The only account in use cannot serve; "a" is limited until 14:00 UTC.', [limited]],
    [
      'None of 5 accounts in use can serve; "a" needs a person, "b" needs a person, "c" needs a person, and 2 more.',
      Array.from({ length: 5 }, () => invalidSince(NOW)),
    ],
    ['All 2 accounts in use can serve.', [on, limitedUntil(NOW)]],
  ];
  for (const [words, statuses] of CASES) {
    it(`is told as: ${words}`, () => assert.equal(reason(...statuses), words));
  }
});
