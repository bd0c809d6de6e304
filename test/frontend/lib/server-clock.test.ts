import assert from 'node:assert/strict';
import { createServerClock } from '../../../frontend/src/lib/server-clock.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');

describe('the server clock of the dashboard', () => {
  it('is the local one as long as nothing else is known', () => assert.equal(createServerClock(() => NOON).now(), NOON));

  it('follows the server where the local clock is wrong', () => {
    const clock = createServerClock(() => NOON);
    clock.note('Tue, 24 Nov 2026 13:00:00 GMT', NOON);
    assert.equal(clock.now(), NOON + 3_600_500);
  });

  it('does not jump about within the grain of the header', () => {
    const clock = createServerClock(() => NOON);
    clock.note('Tue, 24 Nov 2026 12:00:01 GMT', NOON);
    assert.equal(clock.now(), NOON);
  });

  it('learns nothing from a header that is missing or no date', () => {
    const clock = createServerClock(() => NOON);
    for (const header of [null, 'soon']) clock.note(header, NOON);
    assert.equal(clock.now(), NOON);
  });
});
