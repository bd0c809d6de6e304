/** The benchmark's cases, each as short as it can be: no figure is judged here, only that there is one. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** What the last table says of each case. */
const FIGURES: Readonly<Record<string, RegExp>> = {
  cpu: /CPU, 30 KB JSON \| \d+\.\d\d × bare/,
  latency: /added p50 at 200 requests\/s \| -?\d+\.\d\d ms/,
  events: /events per second and core \| [\d,.]+/,
  memory: /requests in flight when all clients had left \| 0 {2}\| ≤ 0 \| met/,
  'slow-readers': /streams that did not come whole later \| 0 {2}\| ≤ 0 \| met/,
  abort: /upstream request aborted, p50 \| \d+(\.\d\d)? ms/,
  start: /start to ready, p50 \| \d+\.\d\d s/,
  stall: /longest stall of the event loop .* \| \d+\.\d\d ms/,
  pick: /pick among 1,000 accounts, quota_aware, everybody idle \| [\d,.]+ ×/,
};

describe('the benchmark', () => {
  for (const [name, figure] of Object.entries(FIGURES))
    it(`measures the case ${name}`, async () => {
      const env = { PATH: process.env['PATH'], BRIEF: '1', CASES: name };
      const { stdout } = await run(process.execPath, ['bench/run.ts'], { cwd: root, env });
      assert.match(stdout, figure);
      assert.doesNotMatch(stdout, /NaN|Infinity/);
    }).timeout(60_000);
});
