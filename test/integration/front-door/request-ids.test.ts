/** How a request is called: by a name of ours, and beside it by the client's own where that is plain. */
import assert from 'node:assert/strict';
import { startWorld, type World } from '../../support/start-app.ts';

describe('the name of a request', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ accounts: ['one'] });
  });
  after(() => world.stop());

  /** The log line of a request that carries this `x-request-id`, and the reply's own. */
  const named = async (name: string) => {
    const before = world.log().length;
    const reply = await world.ask({ headers: name === '' ? {} : { 'x-request-id': name } });
    await reply.text();
    const id = reply.headers.get('x-headgate-request-id') ?? '';
    const line = world
      .log()
      .slice(before)
      .split('\n')
      .find((text) => text.includes(`id=${id}`));
    return { id, line: line ?? '' };
  };

  for (const name of ['a', 'build-42', '0b9f6f3e-51d2-4b6e-9c1f-0f6c8a5e8c11', 'a_b.c:d', 'x'.repeat(128)]) {
    it(`is kept beside ours when it is plain: ${name.slice(0, 40)}`, async () => {
      const { id, line } = await named(name);
      assert.match(id, /^hgr_[\w-]{16}$/);
      assert.ok(line.includes(` correlation=${name} `), line);
    });
  }

  for (const name of ['', 'x'.repeat(129), 'a b', 'a;b', 'a"b', 'a$b', 'a/b', '<b>', 'ü']) {
    it(`is ours alone when the client's is not plain: "${name.slice(0, 40)}"`, async () => {
      const { line } = await named(name);
      assert.ok(line !== '' && !line.includes('correlation'), line);
    });
  }

  it('is never the one that the client chose', async () => {
    const reply = await world.ask({ headers: { 'x-request-id': 'mine', authorization: '' } });
    assert.match(reply.headers.get('request-id') ?? '', /^hgr_/);
  });
});
