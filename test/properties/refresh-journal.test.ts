/** The refresh journal over any history of calls, crashes and restores: what is spent, what is tried again, and what never is. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Credential } from '../../src/core/credential.ts';
import { maySpend, renewed, standingOf, withIntent, withoutIntent } from '../../src/core/refresh-journal.ts';
import { aCredential, HOUR, NOW } from '../support/builders.ts';

const FINGERPRINT = 'f';
const standing = (credential: Credential) => standingOf(credential, credential.refreshToken ?? '');
const begin = (credential: Credential, at: number) =>
  withIntent(credential, { fingerprint: credential.refreshToken ?? '', generation: credential.generation, at });

/** What a call may come to. `lost`: sent, and nothing was heard; the server did or did not commit. */
const outcomes = fc.constantFrom(
  'granted',
  'granted without refresh token',
  'known to be nothing',
  'lost committed',
  'lost',
  'rejected',
);
const steps = fc.array(
  fc.record({
    outcome: outcomes,
    wait: fc.integer({ min: 0, max: 9 * HOUR }),
    disowned: fc.boolean(),
    restored: fc.boolean(),
  }),
  { maxLength: 30 },
);

type History = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

interface Sent {
  readonly token: string;
  readonly standing: string;
  readonly alive: boolean;
  readonly disowned: boolean;
  readonly committedBefore: boolean;
}

/** What the journal holds after a call came to `outcome`. */
function after(outcome: string, before: Credential, noted: Credential, next: { token: string; at: number }): Credential {
  if (outcome === 'known to be nothing') return withoutIntent(noted, before);
  if (!outcome.startsWith('granted')) return noted;
  const refreshToken = outcome === 'granted' ? next.token : null;
  const grant = { secret: 's', refreshToken, expiresAt: next.at + 8 * HOUR, loginExpiresAt: null, scopes: null };
  return renewed(noted, grant, next.at);
}

/** Plays a history and reports every call that the journal allowed. */
function play(history: History): readonly Sent[] {
  let now = NOW;
  let credential = aCredential({ refreshToken: 'rt-0' });
  const committed = new Set<string>();
  const sent: Sent[] = [];
  for (const { outcome, wait, disowned, restored } of history) {
    now += wait;
    const before: Credential = restored ? { ...credential, trust: 'unverified' } : credential;
    const token = before.refreshToken ?? '';
    const committedBefore = committed.has(token);
    if (!maySpend(before, standing(before), { now, disowned })) continue;
    sent.push({ token, standing: standing(before), alive: (before.expiresAt ?? 0) > now, disowned, committedBefore });
    // A token that the server has committed is good for nothing but a rejection, which ends it all.
    if (committedBefore || outcome === 'rejected') break;
    if (outcome === 'granted' || outcome === 'lost committed') committed.add(token);
    credential = after(outcome, before, begin(before, now), { token: `rt-${sent.length}`, at: now });
  }
  return sent;
}

describe('the refresh journal, over any history', () => {
  it('never sends a token as unspent that the server has already committed', () => {
    fc.assert(
      fc.property(steps, (history) => {
        for (const call of play(history)) assert.ok(!(call.committedBefore && call.standing === 'unspent'), JSON.stringify(call));
      }),
    );
  });

  it('never risks a living access token on a refresh token that may be spent, unless somebody disowned it', () => {
    fc.assert(
      fc.property(steps, (history) => {
        for (const call of play(history))
          assert.ok(call.standing === 'unspent' || !call.alive || call.disowned, JSON.stringify(call));
      }),
    );
  });

  it('sends every token as unspent at most once, but for calls that are known to have spent nothing', () => {
    const noUndoing = steps.map((history) => history.filter(({ outcome }) => outcome !== 'known to be nothing'));
    fc.assert(
      fc.property(noUndoing, (history) => {
        const unspent = play(history.filter(({ outcome }) => outcome !== 'granted without refresh token'))
          .filter((call) => call.standing === 'unspent')
          .map(({ token }) => token);
        assert.equal(new Set(unspent).size, unspent.length);
      }),
    );
  });

  it('marks the one more try, so that it is still known after a restart', () => {
    const unknown = begin(aCredential(), NOW);
    assert.deepEqual([standing(unknown), standing(begin(unknown, NOW))], ['unknown', 'retried']);
  });

  it('does not trust the refresh token of a credential that comes from a backup', () => {
    assert.equal(standing(aCredential({ trust: 'unverified' })), 'unknown');
  });

  it('takes an intent about another token or another generation for none', () => {
    const intent = { fingerprint: FINGERPRINT, generation: 3, at: NOW };
    const standings = [
      { ...intent, generation: 2 },
      { ...intent, fingerprint: 'other' },
    ].map((other) => standingOf(aCredential({ intent: other }), FINGERPRINT));
    assert.deepEqual(standings, ['unspent', 'unspent']);
  });

  it('is clean again after a new pair, whatever it was before', () => {
    const grant = { secret: 's', refreshToken: null, expiresAt: NOW, loginExpiresAt: null, scopes: null };
    assert.equal(standing(renewed(begin(begin(aCredential(), NOW), NOW), grant, NOW)), 'unspent');
  });

  it('returns to exactly what it said before a call that spent nothing', () => {
    const before = aCredential({ trust: 'unverified' });
    assert.deepEqual(withoutIntent(begin(before, NOW), before), before);
  });
});
