/** What befalls an account in the middle of Claude Code's work: the run ends well, and its user learns nothing of it. */
import assert from 'node:assert/strict';
import type { PlannedBlock } from '../../src/simulator/compose-reply.ts';
import type { FaultInput } from '../../src/simulator/faults/fault-script.ts';
import { type BuiltWorld, startBuiltWorld } from './support/built-world.ts';
import { runClaude, VERSIONS } from './support/claude-code.ts';

interface Mishap {
  readonly title: string;
  /** Happens to account `one` after the first turn of three. */
  strike(world: BuiltWorld): void;
  /** What the three turns come to upstream, as `account status`; `null` where the credential is nobody's any more. */
  readonly upstream: readonly string[];
  /** Of account `one` when all is over. */
  readonly status: string;
}

const fault = (input: FaultInput) => (world: BuiltWorld) => world.simulator.fault('one', input);

const MISHAPS: readonly Mishap[] = [
  {
    title: 'its quota is used up',
    strike: fault({ action: { kind: 'quota_rejected' }, times: null }),
    upstream: ['one 200', 'one 429', 'two 200', 'two 200'],
    status: 'rate_limited',
  },
  {
    title: 'it is throttled for half a minute',
    strike: fault({ action: { kind: 'throttled', retryAfter: 30 }, times: null }),
    upstream: ['one 200', 'one 429', 'two 200', 'two 200'],
    status: 'rate_limited',
  },
  {
    title: 'its login is revoked',
    strike: (world) => world.simulator.revoke('one'),
    upstream: ['one 200', 'null 401', 'two 200', 'two 200'],
    status: 'invalid',
  },
  {
    title: 'its access token expires',
    strike: (world) => world.simulator.expireAccessTokens('one'),
    upstream: ['one 200', 'one 401', 'one 200', 'one 200'],
    status: 'active',
  },
  {
    title: 'the upstream is overloaded for a moment',
    strike: fault({ action: { kind: 'overloaded' } }),
    upstream: ['one 200', 'one 529', 'one 200', 'one 200'],
    status: 'active',
  },
  {
    title: 'the upstream is overloaded in the first event of a stream',
    strike: fault({ action: { kind: 'first_event_error', pingFirst: true } }),
    upstream: ['one 200', 'one 200', 'one 200', 'one 200'],
    status: 'active',
  },
  {
    title: 'the upstream fails',
    strike: fault({ action: { kind: 'server_error' } }),
    upstream: ['one 200', 'one 500', 'two 200', 'two 200'],
    status: 'active',
  },
  {
    title: 'a stream is cut before anything was said',
    strike: fault({ action: { kind: 'cut', afterEvents: 3 } }),
    upstream: ['one 200', 'one 200 cut', 'one 200', 'one 200'],
    status: 'active',
  },
  {
    // It has all that it needs, and goes on.
    title: 'a stream is reset after the whole command',
    strike: fault({ action: { kind: 'reset', afterEvents: 9 } }),
    upstream: ['one 200', 'one 200 cut', 'one 200'],
    status: 'active',
  },
];

const COMMANDS = ['echo first', 'echo second'];

/** Two commands, one a turn, then the answer; `afterFirst` is called when the first turn is being answered. */
function scriptToolLoop({ simulator }: BuiltWorld, afterFirst: () => void): void {
  let struck = false;
  simulator.reply(({ messages }) => {
    const results = JSON.stringify(messages).split('"tool_result"').length - 1;
    if (!struck) afterFirst();
    struck = true;
    const command = COMMANDS[results];
    const said: PlannedBlock = { type: 'text', text: command ? 'One more.' : 'All is done.' };
    return command ? [said, { type: 'tool_use', name: 'Bash', input: { command } }] : [said];
  });
}

for (const version of VERSIONS) {
  describe(`Claude Code ${version} at work on an account`, () => {
    let world: BuiltWorld;
    beforeEach(async () => {
      world = await startBuiltWorld(['one', 'two', 'three']);
    });
    afterEach(() => world.stop());

    async function work(afterFirst: () => void) {
      scriptToolLoop(world, afterFirst);
      const { exitCode, result, output } = await runClaude({ version, world, prompt: 'Work.' });
      const seen = world
        .sentTo('/v1/messages')
        .map((entry) => `${entry.account} ${entry.status}${entry.end === 'cut' ? ' cut' : ''}`);
      return { exitCode, says: result.result ?? '', output, seen };
    }

    for (const { title, strike, upstream, status } of MISHAPS) {
      it(`notices nothing when ${title}`, async () => {
        const { exitCode, says, output, seen } = await work(() => strike(world));
        assert.equal(exitCode, 0, output);
        assert.equal(says, 'All is done.', output);
        assert.deepEqual(seen, upstream);
        assert.equal(await world.statusOf('one'), status);
      });
    }

    // With a whole block of text in its hands the older version gives up, with Headgate and without it.
    const breaksOff = () => world.simulator.fault('one', { action: { kind: 'reset', afterEvents: 5 } });
    if (version === '2.1.197') {
      it('says aloud that a reply broke off behind a whole block of text, and takes it for no answer', async () => {
        const { exitCode, says, seen } = await work(breaksOff);
        assert.equal(exitCode, 1);
        assert.match(says, /^API Error: Connection closed mid-response\./);
        assert.deepEqual(seen, ['one 200', 'one 200 cut']);
      });
    } else {
      it('goes on when a reply broke off behind a whole block of text', async () => {
        const { exitCode, says, seen } = await work(breaksOff);
        assert.deepEqual([exitCode, says], [0, 'All is done.']);
        assert.deepEqual(seen, ['one 200', 'one 200 cut', 'one 200', 'one 200']);
      });
    }
  });
}
