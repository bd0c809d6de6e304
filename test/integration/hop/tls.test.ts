/** A credential goes to nobody who cannot prove to be the upstream. */
import assert from 'node:assert/strict';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { selfSigned } from '../../support/certificates.ts';
import { hopWorld } from '../../support/hop-world.ts';
import { jsonReply, scriptedUpstream } from '../../support/scripted-upstream.ts';

const NEXT_YEAR = Date.now() + 365 * 86_400_000;

describe('the hop over TLS', () => {
  const usual = getCACertificates('default');
  afterEach(() => setDefaultCACertificates([...usual]));

  /** How an attempt ends at a server that shows such a certificate, and how many requests that server has seen. */
  async function attemptAt({ host = 'localhost', validTo = NEXT_YEAR, trusted = true }) {
    const certificate = selfSigned({ host, validTo });
    if (trusted) setDefaultCACertificates([...usual, certificate.cert]);
    const upstream = await scriptedUpstream((socket) => socket.write(jsonReply('200 OK', { id: 'msg' })), { tls: certificate });
    const world = await hopWorld({ baseUrl: upstream.url.replace('127.0.0.1', 'localhost') });
    await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
    await world.close();
    await upstream.close();
    return { kind: world.results[0]?.kind, seen: upstream.seen.length };
  }

  it('reaches a server with a good certificate', async () => {
    assert.deepEqual(await attemptAt({}), { kind: 'reply', seen: 1 });
  });

  for (const [what, fault] of [
    ['nobody vouches for', { trusted: false }],
    ['is of another host', { host: 'api.example' }],
    ['has ended', { validTo: Date.UTC(2021, 0) }],
  ] as const) {
    it(`sends nothing to a server whose certificate ${what}`, async () => {
      assert.deepEqual(await attemptAt(fault), { kind: 'not_sent', seen: 0 });
    });
  }
});
