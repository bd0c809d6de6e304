/** Several tabs of one browser, with one lock and one channel between them. */
import assert from 'node:assert/strict';
import {
  type ConnectionListener,
  createLiveUpdates,
  type LiveUpdates,
  type TabMessage,
} from '../../../../frontend/src/lib/live/live-updates.ts';

interface Tab {
  readonly updates: LiveUpdates;
  readonly heard: string[];
  /** Beside each event that was heard: since when what was asked for is as new as the event. */
  readonly freshSince: (number | null)[];
  readonly statuses: string[];
  /** The tab's connection to the server while it has one. */
  server: ConnectionListener | null;
}

class Browser {
  readonly tabs: Tab[] = [];
  readonly #queue: { readonly hold: () => void; readonly signal: AbortSignal }[] = [];
  #holder: AbortSignal | null = null;
  now = 100;
  readonly due: { readonly run: () => void; readonly ms: number }[] = [];

  open(): Tab {
    const tab: Tab = {
      heard: [],
      freshSince: [],
      statuses: [],
      server: null,
      updates: createLiveUpdates({
        connect: (listener) => {
          tab.server = listener;
          return {
            close: () => {
              tab.server = null;
            },
          };
        },
        lead: (hold, signal) => this.#lead(hold, signal),
        tell: (message) => this.#tell(tab, message),
        onEvent({ type }, askedAt) {
          tab.heard.push(type);
          tab.freshSince.push(askedAt);
        },
        now: () => this.now,
        onStatus: (status) => tab.statuses.push(status),
        later: (run, ms) => {
          const entry = { run, ms };
          this.due.push(entry);
          return () => void this.due.splice(this.due.indexOf(entry), 1);
        },
      }),
    };
    this.tabs.push(tab);
    tab.updates.show(true);
    return tab;
  }

  connections(): number {
    return this.tabs.filter(({ server }) => server !== null).length;
  }

  #tell(from: Tab, message: TabMessage): void {
    for (const tab of this.tabs) if (tab !== from) tab.updates.hear(message);
  }

  #lead(hold: () => void, signal: AbortSignal): void {
    this.#queue.push({ hold, signal });
    signal.addEventListener('abort', () => {
      if (this.#holder === signal) this.#holder = null;
      this.#next();
    });
    this.#next();
  }

  #next(): void {
    if (this.#holder) return;
    const next = this.#queue.shift();
    if (!next) return;
    if (next.signal.aborted) return this.#next();
    this.#holder = next.signal;
    next.hold();
  }
}

const lastOf = (items: readonly string[]): string | undefined => items.at(-1);

describe('live updates', () => {
  let browser: Browser;
  beforeEach(() => {
    browser = new Browser();
  });

  it('come over one connection for all tabs', () => {
    const [first, second] = [browser.open(), browser.open()];
    assert.equal(browser.connections(), 1);
    first.server?.onOpen();
    first.server?.onEvent({ type: 'account', data: {} });
    assert.deepEqual([first.heard, second.heard], [['account'], ['account']]);
    assert.deepEqual([lastOf(first.statuses), lastOf(second.statuses)], ['live', 'live']);
  });

  it('are known to be live by a tab that comes later', () => {
    const first = browser.open();
    first.server?.onOpen();
    assert.equal(lastOf(browser.open().statuses), 'live');
  });

  it('go over to another tab when the listening one is hidden', () => {
    const [first, second] = [browser.open(), browser.open()];
    first.server?.onOpen();
    first.updates.show(false);
    assert.equal(browser.connections(), 1);
    assert.equal(lastOf(first.statuses), 'paused');
    second.server?.onOpen();
    second.server?.onEvent({ type: 'key', data: {} });
    assert.deepEqual([first.heard, second.heard], [[], ['key']]);
  });

  it('have no connection while nobody looks', () => {
    const tabs = [browser.open(), browser.open()];
    for (const tab of tabs) tab.updates.show(false);
    assert.equal(browser.connections(), 0);
  });

  it('ask for everything anew when the page is looked at again', () => {
    const tab = browser.open();
    tab.updates.show(false);
    tab.updates.show(true);
    assert.deepEqual(tab.heard, ['resync']);
    assert.equal(browser.connections(), 1);
  });

  it('give way to polling in every tab while the connection is down, and come back', () => {
    const [first, second] = [browser.open(), browser.open()];
    first.server?.onOpen();
    first.server?.onError(true);
    assert.deepEqual([lastOf(first.statuses), lastOf(second.statuses)], ['polling', 'polling']);
    first.server?.onOpen();
    assert.deepEqual([lastOf(first.statuses), lastOf(second.statuses)], ['live', 'live']);
  });

  it('are tried again after half a minute when the server refused them', () => {
    const tab = browser.open();
    tab.server?.onError(false);
    assert.equal(browser.connections(), 0);
    assert.deepEqual(
      browser.due.map(({ ms }) => ms),
      [30_000],
    );
    browser.due[0]?.run();
    assert.equal(browser.connections(), 1);
  });

  it('are not tried again by a tab that was hidden or closed meanwhile', () => {
    for (const leave of [(tab: Tab) => tab.updates.show(false), (tab: Tab) => tab.updates.stop()]) {
      const tab = browser.open();
      tab.server?.onError(false);
      leave(tab);
      assert.equal(browser.due.length, 0);
    }
  });

  it('spare what was asked for after the connection was, in the tab that has it, at its first event alone', () => {
    const [first, second] = [browser.open(), browser.open()];
    browser.now = 200;
    first.server?.onOpen();
    for (const type of ['resync', 'resync']) first.server?.onEvent({ type, data: {} });
    assert.deepEqual(
      [first.freshSince, second.freshSince],
      [
        [100, null],
        [null, null],
      ],
    );
  });

  it('spare nothing once the connection has broken off', () => {
    const tab = browser.open();
    tab.server?.onOpen();
    tab.server?.onError(true);
    tab.server?.onOpen();
    tab.server?.onEvent({ type: 'resync', data: {} });
    assert.deepEqual(tab.freshSince, [null]);
  });

  it('are told twice to nobody', () => {
    const [first] = [browser.open(), browser.open()];
    first.server?.onOpen();
    first.updates.hear({ kind: 'event', event: { type: 'account', data: {} } });
    assert.deepEqual(first.heard, []);
  });
});
