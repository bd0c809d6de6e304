/** The whole product before an upstream on a bare socket, with one account that needs no login. */
import assert from 'node:assert/strict';
import { jsonReply, type Script, type ScriptedUpstream, scriptedUpstream } from './scripted-upstream.ts';
import { startWorld, type World, type WorldOptions } from './start-app.ts';

export interface ScriptedWorld {
  readonly world: World;
  readonly upstream: ScriptedUpstream;
  stop(): Promise<void>;
}

const served: Script = (socket) => void socket.write(jsonReply('200 OK', { id: 'msg' }));

export async function scriptedWorld(script: Script = served, options: WorldOptions = {}): Promise<ScriptedWorld> {
  const upstream = await scriptedUpstream(script);
  const { config = {} } = options;
  const world = await startWorld({ ...options, config: { ...config, claude: { baseUrl: upstream.url, ...config.claude } } });
  const added = await world.admin('POST', '/api/accounts', { name: 'one', kind: 'api_key', api_key: 'sk-ant-made-up-key' });
  assert.equal(added.status, 201);
  return {
    world,
    upstream,
    async stop() {
      await world.stop();
      await upstream.close();
    },
  };
}
