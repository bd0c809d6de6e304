/** kill -9 over the real program, two hundred times: nothing that was acknowledged is lost, and no login is lost silently. */
import assert from 'node:assert/strict';
import { Drill } from './drill.ts';

/** To run the same choices again: KILL_SEED=… (the moments themselves depend on the machine as well). */
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000);
const SERVERS = 2;
const KILLS = 200;
/** Of a start, on a machine that is busy with other things as well. */
const LONGEST_START_MS = 30_000;

describe('kill -9 over the program', function () {
  this.timeout(900_000);

  it(`loses nothing in ${KILLS} kills (seed ${SEED})`, async () => {
    const began = performance.now();
    const broken = new AbortController();
    const drills = await Promise.all(Array.from({ length: SERVERS }, (_, index) => Drill.begin(SEED + index)));
    try {
      const ends = await Promise.all(
        drills.map((drill) =>
          drill.whole(KILLS / SERVERS, broken.signal).catch((error: unknown) => {
            broken.abort();
            throw error;
          }),
        ),
      );
      const sum = (count: (end: (typeof ends)[number]) => number) => ends.reduce((total, end) => total + count(end), 0);
      const starts = ends.flatMap((end) => end.starts).toSorted((a, b) => a - b);
      const [median = 0, slowest = 0] = [starts[starts.length >> 1], starts.at(-1)];
      const served = sum((end) => end.served.whole);
      const lost = sum((end) => end.saidLost);
      process.stdout.write(
        `      ${KILLS} kills in ${Math.round((performance.now() - began) / 1000)} s: ${served} requests served, ` +
          `${sum((end) => end.served.broken)} broken off, ${sum((end) => end.served.refused)} refused; ` +
          `${sum((end) => end.refreshes)} refreshes, ${lost} said refresh_lost; ` +
          `start ${Math.round(median)} ms in the middle, ${Math.round(slowest)} ms at most\n`,
      );
      assert.ok(slowest < LONGEST_START_MS);
      assert.ok(served > KILLS, 'requests were served between the kills');
      assert.ok(lost > 0, 'some kill came between the server’s commit and the disk');
    } finally {
      await Promise.all(drills.map((drill) => drill.close()));
    }
  });
});
