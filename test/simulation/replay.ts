/** Runs one seed again: `node test/simulation/replay.ts SEED [STEPS] [SEEDS]`. Says what it visited, or which law was broken. */
import { simulate } from './simulate.ts';

const [seed = 1, steps = 20_000, seeds = 1] = process.argv.slice(2).map(Number);
for (let one = seed; one < seed + seeds; one += 1) {
  try {
    const { cells, rows, requests, restarts } = await simulate({ seed: one, steps });
    process.stdout.write(`seed ${one}: ${requests} requests, ${restarts} restarts, ${cells.size} cells, ${rows.size} rows\n`);
  } catch (error) {
    process.stdout.write(`seed ${one}: ${(error as Error).message}\n`);
  }
}
