import assert from 'node:assert/strict';
import { SingleFlight } from '../../../src/accounts/single-flight.ts';

describe('SingleFlight', () => {
  it('shares one run among those who ask while it runs', async () => {
    const flights = new SingleFlight<number>();
    let runs = 0;
    const begin = async () => ++runs;
    assert.deepEqual(await Promise.all([flights.run('a', begin), flights.run('a', begin), flights.run('b', begin)]), [1, 1, 2]);
  });

  it('begins anew when the run has ended, also after a failure', async () => {
    const flights = new SingleFlight<number>();
    await assert.rejects(
      flights.run('a', () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await flights.run('a', async () => 2), 2);
  });

  it('tells whether a run is under way, and when all have ended', async () => {
    const flights = new SingleFlight<void>();
    const gate = Promise.withResolvers<void>();
    const run = flights.run('a', () => gate.promise);
    const during = flights.isRunning('a');
    gate.resolve();
    await flights.settled();
    await run;
    assert.deepEqual([during, flights.isRunning('a')], [true, false]);
  });
});
