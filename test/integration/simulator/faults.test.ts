import assert from 'node:assert/strict';
import type { FaultInput } from '../../../src/simulator/faults/fault-script.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import { aPrompt, ask, eventsOf, eventually, receive } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const U = 'anthropic-ratelimit-unified-';

describe('a scripted fault', () => {
  let now = NOW;
  let simulator: Simulator;
  let token: string;
  beforeEach(async () => {
    now = NOW;
    simulator = await createSimulator({ now: () => now });
    for (const name of ['ada', 'bob']) simulator.addAccount({ name });
    token = simulator.issueTokens('ada').accessToken;
  });
  afterEach(() => simulator.close());

  type Action = FaultInput['action'];
  const fault = (action: Action, over: Partial<FaultInput> = {}) => simulator.fault('ada', { action, ...over });
  const stream = (signal?: AbortSignal) =>
    ask(simulator, token, { body: { ...aPrompt, stream: true }, ...(signal ? { signal } : {}) });
  const statuses = async (requests: number) => {
    const all: number[] = [];
    for (let turn = 0; turn < requests; turn += 1) all.push((await ask(simulator, token)).status);
    return all;
  };
  const entry = () => simulator.books.api.at(-1);

  describe('strikes', () => {
    it('once, unless told otherwise', async () => {
      fault({ kind: 'overloaded' });
      assert.deepEqual(await statuses(2), [529, 200]);
    });

    it('in the order in which faults were scripted', async () => {
      fault({ kind: 'overloaded' }, { times: 2 });
      fault({ kind: 'unauthorized' });
      assert.deepEqual(await statuses(4), [529, 529, 401, 200]);
    });

    it('until it is cleared', async () => {
      fault({ kind: 'overloaded' }, { times: null });
      const before = await statuses(3);
      simulator.clearFaults('bob');
      const others = await statuses(1);
      simulator.clearFaults('ada');
      assert.deepEqual([...before, ...others, ...(await statuses(1))], [529, 529, 529, 529, 200]);
    });

    it('for a time, as often as it can within it', async () => {
      fault({ kind: 'overloaded' }, { forSeconds: 10 });
      const before = await statuses(3);
      now += 9_999;
      before.push(...(await statuses(1)));
      now += 1;
      assert.deepEqual([...before, ...(await statuses(1))], [529, 529, 529, 529, 200]);
    });

    it('for a time, but not more often than told', async () => {
      fault({ kind: 'overloaded' }, { forSeconds: 10, times: 2 });
      assert.deepEqual(await statuses(3), [529, 529, 200]);
    });

    it('as likely as told, alike with the same seed', async () => {
      const runs = await Promise.all(
        ['1', '1', '2'].map(async (seed) => {
          const seeded = await createSimulator({ seed });
          seeded.addAccount({ name: 'ada' });
          const { accessToken } = seeded.issueTokens('ada');
          seeded.fault('ada', { action: { kind: 'overloaded' }, probability: 0.3 });
          const all: number[] = [];
          for (let turn = 0; turn < 60; turn += 1) all.push((await ask(seeded, accessToken)).status);
          await seeded.close();
          return all;
        }),
      );
      const [one, same, other] = runs;
      const struck = one?.filter((status) => status === 529).length ?? 0;
      assert.deepEqual(one, same);
      assert.notDeepEqual(one, other);
      assert.ok(struck > 6 && struck < 30, `${struck} of 60`);
    });

    it('every account, when it is meant for none', async () => {
      simulator.fault(null, { action: { kind: 'overloaded' }, times: 2 });
      const bob = await ask(simulator, simulator.issueTokens('bob').accessToken);
      assert.deepEqual([bob.status, ...(await statuses(2))], [529, 529, 200]);
    });

    it('its account only', async () => {
      fault({ kind: 'overloaded' });
      assert.equal((await ask(simulator, simulator.issueTokens('bob').accessToken)).status, 200);
    });

    it('its path only', async () => {
      fault({ kind: 'overloaded' }, { path: '/count_tokens' });
      const others = await statuses(1);
      assert.deepEqual([...others, (await ask(simulator, token, { path: '/v1/messages/count_tokens' })).status], [200, 529]);
    });

    it('its model only', async () => {
      fault({ kind: 'overloaded' }, { model: 'opus' });
      const others = await statuses(1);
      const struck = await ask(simulator, token, { body: { ...aPrompt, model: 'claude-opus-5-5' } });
      assert.deepEqual([...others, struck.status], [200, 529]);
    });
  });

  describe('as an answer', () => {
    it('has the status, the headers and the error that were scripted', async () => {
      fault({ kind: 'status', status: 403, type: 'permission_error', message: 'No.', headers: { 'x-should-retry': 'false' } });
      const reply = await ask(simulator, token);
      assert.deepEqual([reply.status, reply.headers.get('x-should-retry')], [403, 'false']);
      assert.deepEqual(await reply.json(), {
        type: 'error',
        error: { type: 'permission_error', message: 'No.' },
        request_id: reply.headers.get('request-id'),
      });
    });

    it('can be HTML', async () => {
      fault({ kind: 'status', status: 502, headers: { 'content-type': 'text/html' }, body: '<html>Bad gateway</html>' });
      const reply = await ask(simulator, token);
      assert.deepEqual(
        [reply.status, reply.headers.get('content-type'), await reply.text()],
        [502, 'text/html', '<html>Bad gateway</html>'],
      );
    });

    it('can be empty', async () => {
      fault({ kind: 'status', status: 200, body: '' });
      const reply = await ask(simulator, token);
      assert.deepEqual([reply.status, await reply.text()], [200, '']);
    });

    it('can be a redirect', async () => {
      fault({ kind: 'status', status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' });
      const reply = await ask(simulator, token);
      assert.deepEqual([reply.status, reply.headers.get('location')], [307, 'http://127.0.0.1:1/']);
    });

    const readyMade: Readonly<Record<string, [Action, number, string]>> = {
      throttled: [{ kind: 'throttled', retryAfter: 20 }, 429, 'rate_limit_error'],
      'a bare 429': [{ kind: 'bare_429' }, 429, 'rate_limit_error'],
      overloaded: [{ kind: 'overloaded' }, 529, 'overloaded_error'],
      unauthorized: [{ kind: 'unauthorized' }, 401, 'authentication_error'],
      'a server error': [{ kind: 'server_error', status: 503 }, 503, 'api_error'],
    };
    for (const [name, [action, status, type]] of Object.entries(readyMade)) {
      it(`comes ready made: ${name}`, async () => {
        fault(action);
        const reply = await ask(simulator, token);
        assert.deepEqual([reply.status, ((await reply.json()) as { error: { type: string } }).error.type], [status, type]);
      });
    }

    it('bare has no header that tells of limits', async () => {
      fault({ kind: 'bare_429' });
      const names = [...(await ask(simulator, token)).headers.keys()];
      assert.deepEqual(
        names.filter((name) => name === 'retry-after' || name.startsWith('anthropic-ratelimit')),
        [],
      );
    });

    it('says when to come again when it throttles', async () => {
      fault({ kind: 'throttled', retryAfter: 20 });
      assert.equal((await ask(simulator, token)).headers.get('retry-after'), '20');
    });

    for (const [window, claim] of [
      ['5h', 'five_hour'],
      ['7d', 'seven_day'],
      ['7d_opus', 'seven_day_opus'],
    ] as const) {
      it(`rejects for the window ${window} until its reset`, async () => {
        fault({ kind: 'quota_rejected', window, reset: 600 });
        const { status, headers } = await ask(simulator, token);
        const reset = String(NOW / 1000 + 600);
        assert.deepEqual(
          [
            status,
            ...['status', 'representative-claim', 'reset', `${window}-status`, `${window}-reset`].map((name) =>
              headers.get(U + name),
            ),
          ],
          [429, 'rejected', claim, reset, 'rejected', reset],
        );
      });
    }
  });

  describe('in time', () => {
    it('delays the head', async () => {
      fault({ kind: 'delay', ms: 30 });
      const began = performance.now();
      assert.equal((await ask(simulator, token)).status, 200);
      assert.ok(performance.now() - began >= 29);
    });

    it('holds the head until it is released', async () => {
      fault({ kind: 'hang' });
      const reply = ask(simulator, token);
      await eventually(() => simulator.release() === 1);
      assert.equal((await reply).status, 200);
    });

    it('slows every event', async () => {
      fault({ kind: 'slow', msPerEvent: 5 });
      const began = performance.now();
      const { events, broke } = await receive(await stream());
      assert.ok(performance.now() - began >= events.length * 4);
      assert.deepEqual([broke, events.at(-1)?.name], [false, 'message_stop']);
    });

    for (const afterEvents of [0, 3]) {
      it(`stalls after ${afterEvents} events, and goes on when released`, async () => {
        fault({ kind: 'stall', afterEvents });
        const received = stream().then(receive);
        await eventually(() => entry()?.eventsSent === afterEvents && simulator.release() === 1);
        const { events, broke } = await received;
        assert.deepEqual([broke, events.at(-1)?.name], [false, 'message_stop']);
      });
    }

    it('stalls in the middle of JSON', async () => {
      fault({ kind: 'stall', afterEvents: 0 });
      const reply = await ask(simulator, token);
      await eventually(() => simulator.release() === 1);
      assert.equal(((await reply.json()) as { type: string }).type, 'message');
    });

    it('ends with the client', async () => {
      const gone = new AbortController();
      fault({ kind: 'stall', afterEvents: 3 });
      await stream(gone.signal);
      await eventually(() => entry()?.eventsSent === 3);
      gone.abort();
      await eventually(() => entry()?.end === 'aborted');
      assert.deepEqual([simulator.release(), entry()?.status, entry()?.eventsSent], [0, 200, 3]);
    });

    it('ends with the simulator', async () => {
      fault({ kind: 'hang' });
      const reply = ask(simulator, token);
      reply.catch(() => undefined);
      await eventually(() => simulator.books.api.length === 1);
      await simulator.close();
      await assert.rejects(reply);
      assert.equal(entry()?.end, 'aborted');
      simulator = await createSimulator();
    });
  });

  describe('of the connection', () => {
    for (const kind of ['cut', 'reset'] as const) {
      for (const afterEvents of [0, 1, 5]) {
        it(`comes after ${afterEvents} events, without a proper end: ${kind}`, async () => {
          fault({ kind, afterEvents });
          const { events, broke } = await receive(await stream());
          assert.deepEqual([events.length, broke, entry()?.eventsSent, entry()?.end], [afterEvents, true, afterEvents, 'cut']);
        });
      }

      it(`comes in the middle of JSON: ${kind}`, async () => {
        fault({ kind, afterEvents: 1 });
        const { text, broke } = await receive(await ask(simulator, token));
        assert.deepEqual([broke, text.startsWith('{'), text.endsWith('}')], [true, true, false]);
      });
    }

    it('comes before the head', async () => {
      fault({ kind: 'reset' });
      await assert.rejects(ask(simulator, token));
      await eventually(() => entry()?.end !== 'open');
      assert.deepEqual([entry()?.status, entry()?.end], [0, 'cut']);
    });

    it('beyond the end changes nothing', async () => {
      fault({ kind: 'cut', afterEvents: 1000 });
      const { events, broke } = await receive(await stream());
      assert.deepEqual([events.at(-1)?.name, broke, entry()?.end], ['message_stop', false, 'finished']);
    });
  });

  for (const [pingFirst, names] of [
    [false, ['error']],
    [true, ['ping', 'error']],
  ] as const) {
    it(`can be an error as the first event of a stream${pingFirst ? ', behind a ping' : ''}`, async () => {
      fault({ kind: 'first_event_error', pingFirst });
      const reply = await stream();
      const events = eventsOf(await reply.text());
      assert.deepEqual([reply.status, events.map(({ name }) => name)], [200, names]);
      assert.deepEqual(events.at(-1)?.data.error, { type: 'overloaded_error', message: 'Overloaded' });
    });
  }

  it('is refused when nobody knows it, or the account', () => {
    assert.throws(() => fault({ kind: 'explode' } as unknown as Action));
    assert.throws(() => fault({ kind: 'status', status: 101 }));
    assert.throws(() => fault({ kind: 'overloaded' }, { tims: 2 } as unknown as FaultInput));
    assert.throws(() => simulator.fault('nobody', { action: { kind: 'overloaded' } }), /no simulated account "nobody"/);
  });
});
