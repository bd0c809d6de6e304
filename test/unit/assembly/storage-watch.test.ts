import assert from 'node:assert/strict';
import { createStorageWatch } from '../../../src/assembly/storage-watch.ts';

function aWatch() {
  const lines: string[] = [];
  let now = 1000;
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const watch = createStorageWatch(() => now, log);
  return { watch, lines, setNow: (at: number) => (now = at) };
}
const refused = { ok: false };
const taken = { ok: true };

describe('the watch over storage', () => {
  it('knows since when the first of several parts is refused, until the last one is taken', () => {
    const { watch, setNow } = aWatch();
    const [keys, accounts] = [watch.reporterFor('keys'), watch.reporterFor('accounts')];
    assert.equal(watch.refusesSince(), null);
    keys(refused);
    setNow(2000);
    accounts(refused);
    keys(refused);
    assert.equal(watch.refusesSince(), 1000);
    keys(taken);
    assert.equal(watch.refusesSince(), 2000);
    accounts(taken);
    assert.equal(watch.refusesSince(), null);
  });

  it('logs the beginning and the end once, however often a write is refused', () => {
    const { watch, lines } = aWatch();
    const accounts = watch.reporterFor('accounts');
    for (const outcome of [refused, refused, refused, taken, taken]) accounts(outcome);
    assert.equal(lines.length, 2);
  });
});
