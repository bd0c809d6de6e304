import assert from 'node:assert/strict';
import { servedHosts } from '../../../src/http/request-checks.ts';

describe('the names that are served', () => {
  for (const [configured, asked] of [
    ['Headgate.Example', 'headgate.example'],
    ['192.0.2.1', '192.0.2.1'],
    ['fd00::5', '[fd00::5]'],
    ['[fd00::5]', '[fd00::5]'],
    ['FD00:0:0::5', '[fd00::5]'],
    ['::', '[::]'],
  ] as const) {
    it(`answer to "${asked}" when configured as "${configured}"`, () =>
      assert.deepEqual([...servedHosts([configured])], [asked]));
  }
});
