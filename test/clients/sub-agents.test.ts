/** Claude Code's sub-agents: several requests at the same time, each a conversation of its own. */
import assert from 'node:assert/strict';
import type { PlannedBlock } from '../../src/simulator/compose-reply.ts';
import { accountsOf, type BuiltWorld, startBuiltWorld, until } from './support/built-world.ts';
import { runClaude, VERSIONS } from './support/claude-code.ts';

const ACCOUNTS = ['one', 'two', 'three', 'four'];
const AGENTS = 4;

const agent = (n: number): PlannedBlock => ({
  type: 'tool_use',
  name: 'Agent',
  input: {
    description: `Part ${n}`,
    subagent_type: 'general-purpose',
    prompt: `Do part ${n}. [[use Bash {"command":"echo part ${n}"}]]`,
  },
});

for (const version of VERSIONS) {
  describe(`Claude Code ${version} with sub-agents`, () => {
    let world: BuiltWorld;
    beforeEach(async () => {
      world = await startBuiltWorld(ACCOUNTS);
    });
    afterEach(() => world.stop());

    const agentIdOf = ({ headers }: { headers: Readonly<Record<string, string>> }) => headers['x-claude-code-agent-id'];
    const ofAgents = () => world.sentTo('/v1/messages').filter((entry) => agentIdOf(entry) !== undefined);
    const byAgent = () => [...Map.groupBy(ofAgents(), agentIdOf).values()];

    /** The first reply asks for all of them in one turn; what they ask then hangs until `release`. */
    function startAgents() {
      const { simulator } = world;
      simulator.queueReply([{ type: 'text', text: 'Four parts.' }, ...Array.from({ length: AGENTS }, (_, i) => agent(i + 1))]);
      // The first fault is for the main thread's first turn, which shall be answered.
      simulator.fault('one', { action: { kind: 'delay', ms: 0 } });
      simulator.fault(null, { action: { kind: 'hang' }, times: null });
      return runClaude({ version, world, prompt: 'Work in parts.' });
    }
    function release() {
      world.simulator.clearFaults();
      world.simulator.release();
    }

    it('asks for all of them at the same time, each on the account of its own conversation', async () => {
      const ran = startAgents();
      await until(() => ofAgents().length >= AGENTS, 'the sub-agents');
      assert.ok(
        ofAgents().every(({ end }) => end === 'open'),
        'all are under way',
      );
      assert.deepEqual(accountsOf(ofAgents()).toSorted(), ACCOUNTS.toSorted(), 'they are spread over the pool');
      release();
      const { exitCode, output } = await ran;
      assert.equal(exitCode, 0, output);
      const all = world.sentTo('/v1/messages');
      assert.ok(all.every(({ status, end }) => status === 200 && end === 'finished'));
      assert.equal(accountsOf(all.filter((entry) => agentIdOf(entry) === undefined)).length, 1, 'the main thread stays');
      assert.equal(byAgent().length, AGENTS);
      for (const turns of byAgent()) assert.deepEqual([turns.length, accountsOf(turns).length], [2, 1], 'each stays');
      assert.equal(new Set(all.map(({ sessionId }) => sessionId)).size, 1);
    });

    it('notices nothing when an account runs out while they are at work', async () => {
      const ran = startAgents();
      await until(() => ofAgents().length >= AGENTS, 'the sub-agents');
      world.simulator.clearFaults();
      world.simulator.fault('two', { action: { kind: 'quota_rejected' }, times: null });
      world.simulator.release();
      const { exitCode, output } = await ran;
      assert.equal(exitCode, 0, output);
      const refused = world.sentTo('/v1/messages').filter(({ status }) => status !== 200);
      assert.deepEqual([accountsOf(refused), refused.length], [['two'], 1]);
      assert.equal(byAgent().length, AGENTS);
      for (const turns of byAgent()) assert.equal(turns.filter(({ status }) => status === 200).length, 2, 'each came to its end');
    });
  });
}
