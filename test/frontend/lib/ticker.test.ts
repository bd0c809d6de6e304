import assert from 'node:assert/strict';
import { createTicker } from '../../../frontend/src/lib/ticker.ts';

function aTicker() {
  let now = 0;
  let running: (() => void) | null = null;
  const ticker = createTicker({
    now: () => now,
    everySecond: (run) => {
      running = run;
      return () => {
        running = null;
      };
    },
  });
  return {
    ticker,
    isRunning: () => running !== null,
    pass(ms: number) {
      now += ms;
      running?.();
    },
    drift(ms: number) {
      now += ms;
    },
  };
}

describe('the ticker of the dashboard', () => {
  it('shows everybody the same instant from one tick to the next', () => {
    const { ticker, pass, drift } = aTicker();
    const seen: number[] = [];
    ticker.subscribe(() => seen.push(ticker.now()));
    ticker.subscribe(() => seen.push(ticker.now()));
    pass(1000);
    drift(300);
    assert.deepEqual(seen, [1000, 1000]);
    assert.equal(ticker.now(), 1000);
  });

  it('runs while somebody looks, and only then', () => {
    const { ticker, isRunning } = aTicker();
    const stops = [ticker.subscribe(() => undefined), ticker.subscribe(() => undefined)];
    assert.equal(isRunning(), true);
    stops[0]?.();
    assert.equal(isRunning(), true);
    stops[1]?.();
    assert.equal(isRunning(), false);
  });

  it('starts with the present instant after a pause', () => {
    const { ticker, drift } = aTicker();
    ticker.subscribe(() => undefined)();
    drift(60_000);
    ticker.subscribe(() => undefined);
    assert.equal(ticker.now(), 60_000);
  });
});
