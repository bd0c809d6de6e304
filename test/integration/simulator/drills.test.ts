import assert from 'node:assert/strict';
import { mock } from 'node:test';
import type { DrillInput } from '../../../src/simulator/drills/drill-schema.ts';
import { readDrill } from '../../../src/simulator/drills/read-drill.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { ask, eventually, readyDrill, refreshWith } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('a drill', () => {
  let now = NOW;
  let simulator: Simulator;
  let said: string[];
  beforeEach(async () => {
    now = NOW;
    said = [];
    simulator = await createSimulator({ now: () => now });
  });
  afterEach(() => simulator.close());

  const tokens = new Map<string, string>();
  const play = (drill: DrillInput | string) => {
    simulator.play(typeof drill === 'string' ? readyDrill(drill) : drill, (what) => said.push(what));
    for (const { name } of simulator.accounts()) tokens.set(name, simulator.issueTokens(name).accessToken);
  };
  const status = async (name = 'ada') => (await ask(simulator, tokens.get(name) ?? '')).status;
  const statuses = async (count: number, name = 'ada') => {
    const all: number[] = [];
    for (let turn = 0; turn < count; turn += 1) all.push(await status(name));
    return all;
  };

  it('begins with its accounts and what befalls them at once', async () => {
    play(`
      accounts:
        - { name: ada, quota: { 5h: 1 } }
        - { name: bob }
      say: it begins
      faults: [{ account: bob, action: { kind: overloaded }, times: 2 }]
    `);
    assert.deepEqual([await statuses(2), await statuses(3, 'bob'), said], [[200, 429], [529, 529, 200], ['it begins']]);
  });

  it('goes on by requests: the next one meets the scene', async () => {
    play(`
      accounts: [{ name: ada }]
      scenes:
        - { afterRequests: 2, say: first, faults: [{ action: { kind: server_error, status: 503 } }] }
        - { afterRequests: 4, say: second, faults: [{ action: { kind: overloaded } }] }
    `);
    assert.deepEqual(
      [await statuses(6), said],
      [
        [200, 200, 503, 200, 529, 200],
        ['first', 'second'],
      ],
    );
  });

  it('counts refused messages, and nothing but messages', async () => {
    play('{ accounts: [{ name: ada }], scenes: [{ afterRequests: 1, say: now }] }');
    await ask(simulator, tokens.get('ada') ?? '', { path: '/v1/messages/count_tokens' });
    await ask(simulator, 'not a token');
    assert.deepEqual(said, []);
    await status();
    assert.deepEqual(said, ['now']);
  });

  it('goes on by time, counted from the first message', async () => {
    play(`
      accounts: [{ name: ada }]
      scenes:
        - { afterSeconds: 10, faults: [{ action: { kind: overloaded }, times: null }] }
        - { afterSeconds: 20, clearFaults: true }
    `);
    now += 60_000;
    const seen = [await status()];
    now += 9_999;
    seen.push(await status());
    now += 1;
    seen.push(await status());
    now += 10_000;
    assert.deepEqual([...seen, await status()], [200, 200, 529, 200]);
  });

  it('goes on by itself when its time has come, without a message', async () => {
    play('{ accounts: [{ name: ada }], scenes: [{ afterSeconds: 5, say: by itself }] }');
    await status();
    now += 5000;
    await eventually(() => said.length === 1);
    assert.deepEqual(said, ['by itself']);
  });

  it('can do all that can be done by call', async () => {
    play(`
      accounts: [{ name: ada }, { name: bob }, { name: cyd }]
      scenes:
        - afterRequests: 1
          quotas: [{ account: ada, window: 5h, limit: 1, used: 1, resetInSeconds: 60 }]
          revoke: [bob]
          expire: [cyd]
          tokenFaults: [{ kind: status, status: 503 }]
          replies: [[{ type: text, text: As scripted. }]]
          clockOffsetSeconds: 3600
    `);
    const { refreshToken } = simulator.issueTokens('cyd');
    await status();
    const reply = await ask(simulator, tokens.get('ada') ?? '');
    assert.deepEqual(
      [reply.status, Date.parse(reply.headers.get('date') ?? '')],
      [429, NOW + 3_600_000],
      'the clock is set first, and the window closed after it',
    );
    assert.equal(reply.headers.get('anthropic-ratelimit-unified-5h-reset'), String((NOW + 3_660_000) / 1000));
    assert.deepEqual([await status('bob'), await status('cyd')], [401, 401]);
    assert.deepEqual(
      [(await refreshWith(simulator, refreshToken)).status, (await refreshWith(simulator, refreshToken)).status],
      [503, 200],
    );
    const served = await ask(simulator, simulator.issueTokens('cyd').accessToken);
    assert.match(await served.text(), /As scripted\./);
  });

  it('can release what it held', async () => {
    play(`
      accounts: [{ name: ada }]
      faults: [{ action: { kind: hang } }]
      scenes: [{ afterRequests: 1, release: true }]
    `);
    const held = status();
    await eventually(() => simulator.books.api.length === 1);
    assert.deepEqual([await status(), await held], [200, 200]);
  });

  it('can take the whole upstream away', async () => {
    play('{ accounts: [{ name: ada }], scenes: [{ afterRequests: 1, outageSeconds: 3600 }] }');
    await status();
    await assert.rejects(status());
    await simulator.endOutage();
    assert.equal(await status(), 200);
  });

  it('sets the clock before the windows of its accounts begin', async () => {
    play('{ clockOffsetSeconds: -3600, accounts: [{ name: ada, quota: { 5h: { limit: 9, resetInSeconds: 60 } } }] }');
    const { headers } = await ask(simulator, tokens.get('ada') ?? '');
    assert.equal(headers.get('anthropic-ratelimit-unified-5h-reset'), String((NOW - 3_540_000) / 1000));
  });

  it('can be played while another one runs', async () => {
    play('{ accounts: [{ name: ada }], scenes: [{ afterRequests: 2, say: the first }] }');
    await status();
    play('{ scenes: [{ afterRequests: 2, say: the second }] }');
    await statuses(3);
    assert.deepEqual(said, ['the first', 'the second']);
  });

  it('ends with the simulator', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    try {
      play('{ accounts: [{ name: ada }], scenes: [{ afterSeconds: 5, say: too late }] }');
      await status();
      await simulator.close();
      now += 5000;
      mock.timers.tick(10_000);
      assert.deepEqual(said, []);
    } finally {
      mock.timers.reset();
    }
    simulator = await createSimulator();
  });

  it('is not begun when anything in it is wrong', () => {
    const wrong: DrillInput = { accounts: [{ name: 'ada' }], scenes: [{ afterRequests: 1, revoke: ['bob'] }] };
    assert.throws(() => simulator.play(wrong), /scenes\[0\]\.revoke\[0\]: no account "bob" here; there is ada/);
    assert.deepEqual(simulator.accounts(), []);
  });
});

describe('the text of a drill', () => {
  const faultsOf = (text: string) => {
    const reading = readDrill(text);
    return reading.kind === 'faulty' ? reading.faults : [];
  };

  it('may be JSON', () => {
    assert.equal(readDrill(JSON.stringify({ accounts: [{ name: 'ada' }] })).kind, 'drill');
  });

  it('may be empty of everything', () => {
    assert.equal(readDrill('{}').kind, 'drill');
  });

  const wrong: Readonly<Record<string, readonly [text: string, fault: RegExp]>> = {
    'is no YAML': ['accounts: [', /^line 1: /],
    'is no object': ['- ada', /^line 1: the drill: .*expected object/],
    'is nothing': ['', /^line 1: the drill: /],
    'names a key that there is not': [
      'accounts:\n  - name: ada\n    colour: red',
      /^line 3: accounts\[0\]\.colour: is not known here$/,
    ],
    'names a fault that there is not': [
      'accounts: [{ name: ada }]\nfaults:\n  - action: { kind: explode }',
      /^line 3: faults\[0\]\.action\.kind: must be one of first_event_error, redirect, /,
    ],
    'gives a parameter that the fault does not have': [
      'faults:\n  - action:\n      kind: overloaded\n      reset: 5',
      /^line 4: faults\[0\]\.action\.reset: is not known here$/,
    ],
    'leaves out a parameter that has to be given': [
      'faults:\n  - action: { kind: delay }',
      /^line 2: faults\[0\]\.action\.ms: .*expected number/,
    ],
    'gives a parameter of the wrong kind': [
      'faults:\n  - action:\n      kind: throttled\n      retryAfter: { in: 5 }',
      /^line 4: faults\[0\]\.action\.retryAfter: must be seconds, a text, a list of several fields, or null for none$/,
    ],
    'names a window that there is not': [
      'accounts:\n  - name: ada\n    quota:\n      five_hour: 5',
      /^line 4: accounts\[0\]\.quota\.five_hour: must be a window such as 5h, 7d or 7d_opus$/,
    ],
    'has a scene without a moment': [
      'scenes:\n  - say: when?',
      /^line 2: scenes\[0\]: needs afterRequests or afterSeconds, and not both$/,
    ],
    'has a scene of two moments': [
      'scenes:\n  - { afterRequests: 1, afterSeconds: 1 }',
      /^line 2: scenes\[0\]: needs afterRequests or afterSeconds, and not both$/,
    ],
    'names an account that there is not': [
      'accounts: [{ name: ada }]\nscenes:\n  - afterRequests: 1\n    faults:\n      - { account: bob, action: { kind: overloaded } }',
      /^line 5: scenes\[0\]\.faults\[0\]\.account: no account "bob" here; there is ada$/,
    ],
    'names an account twice': [
      'accounts:\n  - name: ada\n  - name: ada',
      /^line 3: accounts\[1\]\.name: there is a simulated account "ada" already$/,
    ],
  };
  for (const [what, [text, fault]] of Object.entries(wrong)) {
    it(`that ${what} is refused, with its line and its field`, () => {
      const [first = 'no fault', ...others] = faultsOf(text);
      assert.match(first, fault);
      assert.deepEqual(others, []);
    });
  }

  it('that is wrong in several ways is told all of them', () => {
    assert.equal(faultsOf('colour: red\naccounts: [{}]\nfaults: [{}]').length, 3);
  });
});
