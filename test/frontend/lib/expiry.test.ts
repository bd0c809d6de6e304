import assert from 'node:assert/strict';
import { dayOf, type ExpiryForm, expiryFormOf, noExpiry, readExpiry } from '../../../frontend/src/lib/expiry.ts';

/** In the zone of who runs the test, as in the viewer's. */
const NOW = new Date(2026, 10, 24, 21, 43, 7).getTime();

const read = (form: Partial<ExpiryForm>) => readExpiry({ ...noExpiry, ...form }, NOW);
const endOf = (form: Partial<ExpiryForm>): number | null => {
  const expiry = read(form);
  return expiry.kind === 'at' ? expiry.at : null;
};

describe('the end that is chosen', () => {
  it('is none unless one is chosen', () => assert.deepEqual(read({}), { kind: 'never' }));

  it('is so many days later, at the same time of day', () => {
    assert.equal(endOf({ choice: '30d' }), new Date(2026, 11, 24, 21, 43, 7).getTime());
    assert.equal(endOf({ choice: '90d' }), new Date(2027, 1, 22, 21, 43, 7).getTime());
    assert.equal(endOf({ choice: '1y' }), new Date(2027, 10, 24, 21, 43, 7).getTime());
  });

  it('is the end of the day where no time is given', () =>
    assert.equal(endOf({ choice: 'date', day: '2026-12-25' }), new Date(2026, 11, 25, 23, 59, 59).getTime()));

  it('may be later today', () =>
    assert.equal(endOf({ choice: 'date', day: dayOf(NOW) }), new Date(2026, 10, 24, 23, 59, 59).getTime()));

  it('is the instant where a time is given', () =>
    assert.equal(endOf({ choice: 'date', day: '2026-12-25', time: '09:30' }), new Date(2026, 11, 25, 9, 30).getTime()));

  it('leaves a day alone that was typed for another choice', () =>
    assert.deepEqual(read({ choice: 'never', day: '2026-12-25' }), { kind: 'never' }));

  const UNREADABLE: readonly Partial<ExpiryForm>[] = [
    { day: '' },
    { day: '202611-12-25' },
    { day: '+202611-12-25' },
    { day: '10000-01-01' },
    { day: '25.12.2026' },
    { day: 'soon' },
    { day: '2026-13-01' },
    { day: '2026-12-25', time: '9' },
    { day: '2026-12-25', time: '24:00' },
    { day: '2026-12-25', time: 'noon' },
    { day: '2026-11-24', time: '21:00' },
    { day: '2026-11-23' },
    { day: '1926-12-25' },
  ];
  for (const form of UNREADABLE)
    it(`is a fault with words, never none, for ${JSON.stringify(form)}`, () => {
      const expiry = read({ choice: 'date', ...form });
      assert.equal(expiry.kind, 'fault');
      assert.ok(expiry.kind === 'fault' && expiry.message.length > 10);
    });

  it('is the same after it was shown and read', () => {
    const instant = new Date(2026, 11, 25, 9, 30).toISOString();
    assert.equal(endOf(expiryFormOf(instant)), Date.parse(instant));
    assert.deepEqual(expiryFormOf(null), noExpiry);
  });
});
