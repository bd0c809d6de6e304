/** A resolver that does not answer, played in the place of the system's. */
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { hopWorld } from '../../support/hop-world.ts';

describe('the hop: a name that takes too long to resolve', () => {
  const { lookup } = dns;
  afterEach(() => {
    dns.lookup = lookup;
  });

  it('counts for the time to connect, and nothing was sent', async () => {
    const world = await hopWorld({ baseUrl: 'http://upstream.invalid', timeouts: { connectMs: 60 } });
    let asked = 0;
    dns.lookup = (() => {
      asked += 1;
    }) as unknown as typeof dns.lookup;
    const reply = await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
    await reply.text();
    assert.deepEqual([asked, world.results.map(({ kind }) => kind)], [1, ['not_sent']]);
    await world.close();
  });
});
