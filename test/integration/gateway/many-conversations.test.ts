/** Ten thousand conversations at once over real sockets: each stays on its account, all of them, at a bounded price. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { jsonReply, scriptedUpstream } from '../../support/scripted-upstream.ts';
import { startWorld } from '../../support/start-app.ts';

const CONVERSATIONS = 10_000;
const AT_ONCE = 64;
const NAMES = ['one', 'two', 'three', 'four', 'five'];
const MESSAGE = { id: 'msg_1', type: 'message', role: 'assistant', content: [], usage: { input_tokens: 1, output_tokens: 1 } };
const BODY = JSON.stringify({ model: 'claude-sonnet-5', max_tokens: 5, messages: [{ role: 'user', content: 'Go on.' }] });

describe('ten thousand conversations', function () {
  this.timeout(600_000);

  it('stay where they are, every one of them', async () => {
    const upstream = await scriptedUpstream((socket) => socket.write(jsonReply('200 OK', MESSAGE)));
    const world = await startWorld({ config: { claude: { baseUrl: upstream.url }, logger: { level: 'error' } } });
    for (const name of NAMES)
      await world.admin('POST', '/api/accounts', { name, kind: 'api_key', api_key: `made-up-key-${name}` });
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
    const turn = (conversation: number) =>
      new Promise<string>((resolve, reject) => {
        const headers = { 'x-api-key': world.key, 'x-claude-code-session-id': `conversation-${conversation}` };
        const sent = request(`${world.app.url}/v1/messages`, { method: 'POST', agent, headers }, (reply) => {
          reply.resume().once('end', () => resolve(`${reply.headers['x-headgate-account']}`));
        });
        sent.once('error', reject).end(BODY);
      });
    const everybody = async (): Promise<readonly string[]> => {
      const homes: string[] = [];
      let next = 0;
      const work = async () => {
        for (let mine = next++; mine < CONVERSATIONS; mine = next++) homes[mine] = await turn(mine);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return homes;
    };
    const first = await everybody();
    const shares = NAMES.map((name) => first.filter((home) => home === name).length);
    assert.deepEqual(
      shares,
      Array.from({ length: NAMES.length }, () => CONVERSATIONS / NAMES.length),
    );
    const second = await everybody();
    const moved = second.filter((home, conversation) => home !== first[conversation]).length;
    assert.equal(moved, 0, `${moved} conversations moved`);
    agent.destroy();
    await world.stop();
    await upstream.close();
  });
});
