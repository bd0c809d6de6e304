/** `headgate env`: the address that it tells. */
import assert from 'node:assert/strict';
import { runCommand } from '../../support/spawn-server.ts';
import { startWorld, type World } from '../../support/start-app.ts';

describe('headgate env', function () {
  this.timeout(20_000);
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.stop());

  const env = async (variables: Record<string, string> = {}, ...more: string[]) => {
    const { exitCode, output } = await runCommand(['env', '--json', '--data', world.dataFolder, ...more], variables);
    assert.equal(exitCode, 0, output);
    return JSON.parse(output) as { ANTHROPIC_BASE_URL: string; ANTHROPIC_AUTH_TOKEN: string };
  };

  it('tells where the running server listens, with a key that opens it', async () => {
    const { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key } = await env({}, '--key', 'laptop');
    assert.equal(url, world.app.url);
    assert.notEqual((await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status, 401);
  });

  it('tells the public address where there is one', async () => {
    const { ANTHROPIC_BASE_URL: url } = await env({ SERVER__PUBLIC_URL: 'https://headgate.example.org' });
    assert.equal(url, 'https://headgate.example.org');
  });

  it('tells the configured address where no server runs', async () => {
    await world.app.stop({ graceful: true });
    assert.equal((await env({ SERVER__PORT: '4321' })).ANTHROPIC_BASE_URL, 'http://127.0.0.1:4321');
  });
});
