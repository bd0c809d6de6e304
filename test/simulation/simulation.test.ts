import assert from 'node:assert/strict';
import { simulate } from './simulate.ts';
it('dev', async function () {
  this.timeout(100000);
  const t = performance.now();
  const end = await simulate({ seed: 7, steps: Number(process.env['STEPS'] ?? 5000) });
  console.log(end.cells.size, [...end.rows].sort((a, b) => a - b).join(), end.requests, end.restarts, performance.now() - t);
  assert.ok(end);
});
