/** Changes while the process runs: all or nothing, one after the other, and never over what the environment or a flag decides. */
import assert from 'node:assert/strict';
import { describeSetting } from '../../../src/config/describe-setting.ts';
import { readEnvironmentLayer } from '../../../src/config/environment-layer.ts';
import { readFileLayer } from '../../../src/config/file-layer.ts';
import { type ConfigChange, derived, LiveConfig, type StoredSettings } from '../../../src/config/live-config.ts';
import { resolveLayers } from '../../../src/config/load.ts';
import { type KnownKey, knownKeys } from '../../../src/config/schema.ts';
import { NOW } from '../../support/builders.ts';

interface Given {
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly settings?: StoredSettings;
}

function liveWith({ file = '', environment = {}, settings = {} }: Given = {}) {
  let text = file;
  const stored: StoredSettings[] = [];
  const changes: ConfigChange[] = [];
  let kept: StoredSettings = settings;
  const state = { refuseWrites: false };
  const layers = { file: readFileLayer(file, 'config.yaml'), overrides: [readEnvironmentLayer(environment)] };
  const live = new LiveConfig({
    loaded: {
      ...resolveLayers(layers, settings),
      layers,
      file: '/etc/config.yaml',
      secrets: new Map(),
      reread: async () => readFileLayer(text, 'config.yaml'),
    },
    settings,
    store: async (patch) => {
      if (state.refuseWrites) throw new Error('the medium is full');
      stored.push(patch);
      for (const [section, keys] of Object.entries(patch)) kept = { ...kept, [section]: { ...kept[section], ...keys } };
      return kept;
    },
    now: () => NOW,
  });
  live.onChange((change) => changes.push(change));
  const write = (next: string) => {
    text = next;
    return live.reload();
  };
  return { live, stored, changes, write, state };
}

const known = (path: string): KnownKey => {
  const key = knownKeys.get(path);
  assert.ok(key);
  return key;
};

describe('the configuration file, read again', () => {
  it('comes into force as a whole, and names what changed', async () => {
    const { live, write, changes } = liveWith({ file: 'retry:\n  max_attempts: 2\n' });
    const reload = await write('retry:\n  max_attempts: 5\nlogger:\n  level: debug\n');
    assert.deepEqual(reload, { kind: 'changed', keys: ['logger.level', 'retry.max_attempts'], waiting: [] });
    assert.deepEqual([live.current().retry.maxAttempts, live.current().logger.level], [5, 'debug']);
    assert.deepEqual(
      changes.map(({ source, keys }) => [source, keys.length]),
      [['file', 2]],
    );
  });

  it('is refused as a whole when one value is wrong, with every fault, and what was in force stays', async () => {
    const { live, write, changes } = liveWith({ file: 'retry:\n  max_attempts: 2\n' });
    const before = live.current();
    const reload = await write('retry:\n  max_attempts: 5\n  base_delay: soon\nlogger:\n  levl: x\n');
    assert.equal(reload.kind, 'refused');
    assert.deepEqual(
      live.refusal?.faults.map(({ key, line }) => [key, line]),
      [
        ['retry.base_delay', 3],
        ['logger.levl', 5],
      ],
    );
    assert.equal(live.current(), before);
    assert.deepEqual(changes, []);
  });

  it('is refused when it cannot be read at all', async () => {
    const { live, write } = liveWith({ file: 'logger:\n  level: warn\n' });
    assert.equal((await write('logger: [')).kind, 'refused');
    assert.equal(live.current().logger.level, 'warn');
  });

  it('forgets the refusal with the next good version', async () => {
    const { live, write } = liveWith();
    await write('logger: 1');
    await write('');
    assert.equal(live.refusal, null);
  });

  it('keeps what is fixed at start, names it, and takes the rest', async () => {
    const { live, write } = liveWith({ file: 'server:\n  port: 4000\n' });
    const reload = await write('server:\n  port: 5000\n  drain_timeout: 5s\n');
    assert.deepEqual(reload, { kind: 'changed', keys: ['server.drain_timeout'], waiting: ['server.port'] });
    assert.deepEqual([live.current().server.port, live.current().server.drainTimeoutMs], [4000, 5000]);
    assert.equal(describeSetting(live, known('server.port')).waits_for_restart, true);
  });

  it('changes nothing when it says the same, so that nobody is told', async () => {
    const { live, write, changes } = liveWith({ file: 'server:\n  allowed_hosts: [a.example]\n' });
    const before = live.current();
    assert.equal((await write('# new comment\nserver:\n  allowed_hosts: ["a.example"]\n')).kind, 'unchanged');
    assert.equal(live.current(), before);
    assert.deepEqual(changes, []);
  });
});

describe('a setting', () => {
  it('is durable before it counts, and hides the value of the file', async () => {
    const { live, stored } = liveWith({ file: 'logger:\n  level: warn\n' });
    assert.deepEqual(await live.set({ 'logger.level': 'debug' }), { kind: 'changed', keys: ['logger.level'] });
    assert.deepEqual(stored, [{ logger: { level: 'debug' } }]);
    const { value, origin, file_value } = describeSetting(live, known('logger.level'));
    assert.deepEqual([value, origin.kind, file_value], ['debug', 'settings', 'warn']);
  });

  it('does not count when it could not be stored', async () => {
    const { live, state } = liveWith();
    state.refuseWrites = true;
    await assert.rejects(live.set({ 'logger.level': 'debug' }));
    assert.equal(live.current().logger.level, 'info');
  });

  it('gives way to the file again when it is null', async () => {
    const { live, stored } = liveWith({ file: 'logger:\n  level: warn\n', settings: { logger: { level: 'debug' } } });
    await live.set({ 'logger.level': null });
    assert.equal(live.current().logger.level, 'warn');
    assert.deepEqual(stored, [{ logger: { level: undefined } }]);
  });

  it('stays in force when the file changes', async () => {
    const { live, write } = liveWith({ settings: { logger: { level: 'debug' } } });
    await write('logger:\n  level: error\n');
    assert.equal(live.current().logger.level, 'debug');
  });

  const refused: [string, Given, Record<string, unknown>, string][] = [
    ['that a variable decides', { environment: { LOGGER__LEVEL: 'warn' } }, { 'logger.level': 'debug' }, 'fixed'],
    ['that is fixed at start', {}, { 'server.port': 1 }, 'fixed'],
    ['that only the file may change', {}, { 'claude.base_url': 'https://x.example' }, 'fixed'],
    ['that does not exist', {}, { 'logger.levl': 'debug' }, 'unknown'],
    ['with a wrong value', {}, { 'retry.max_attempts': 99 }, 'refused'],
    ['that does not go with another', {}, { 'retry.base_delay': '30s' }, 'refused'],
    ['beside a right one', {}, { 'logger.level': 'debug', 'retry.max_attempts': 0 }, 'refused'],
  ];
  for (const [what, given, patch, kind] of refused) {
    it(`${what} is refused, and nothing is stored`, async () => {
      const { live, stored } = liveWith(given);
      const before = live.current();
      assert.equal((await live.set(patch)).kind, kind);
      assert.equal(live.current(), before);
      assert.deepEqual(stored, []);
    });
  }

  it('and the file may change at once: each is judged over what the one before left', async () => {
    const { live, write } = liveWith();
    await Promise.all([
      live.set({ 'retry.max_delay': '1m' }),
      live.set({ 'retry.base_delay': '30s' }),
      write('logger:\n  level: error\n'),
    ]);
    const { retry, logger } = live.current();
    assert.deepEqual([retry.maxDelayMs, retry.baseDelayMs, logger.level], [60_000, 30_000, 'error']);
  });

  it('never shows a secret', () => {
    const { live } = liveWith({ file: 'auth:\n  api_key: hunter2-hunter2-hunter2\n' });
    const shown = [...knownKeys.values()].map((key) => describeSetting(live, key));
    assert.doesNotMatch(JSON.stringify(shown), /hunter2/);
    assert.equal(shown.find(({ key }) => key === 'auth.api_key')?.is_set_secret, true);
  });
});

describe('what is derived from the configuration', () => {
  it('is made anew only when the configuration is another one', async () => {
    const { live, write } = liveWith();
    let made = 0;
    const level = derived(live.current, ({ logger }) => {
      made += 1;
      return logger.level;
    });
    assert.deepEqual([level(), level(), made], ['info', 'info', 1]);
    await write('logger:\n  level: error\n');
    assert.deepEqual([level(), level(), made], ['error', 'error', 2]);
  });
});
