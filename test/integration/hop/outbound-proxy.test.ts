/** Where only a proxy leads to the upstream. */
import assert from 'node:assert/strict';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { outboundProxy } from '../../../src/core/outbound-proxy.ts';
import { selfSigned } from '../../support/certificates.ts';
import { type ConnectProxy, connectProxy } from '../../support/connect-proxy.ts';
import { type HopWorld, hopWorld } from '../../support/hop-world.ts';
import { jsonReply, type ScriptedUpstream, scriptedUpstream } from '../../support/scripted-upstream.ts';

const HOST = 'api.upstream.test';
const NEXT_YEAR = Date.now() + 365 * 86_400_000;

describe('the hop through a proxy', () => {
  const usual = getCACertificates('default');
  let upstream: ScriptedUpstream;
  let proxy: ConnectProxy;
  let world: HopWorld;

  async function begin({ answer, trusted = true, direct = [] as string[], connectMs = 2000 }: Begin = {}): Promise<void> {
    const certificate = selfSigned({ host: HOST, validTo: NEXT_YEAR });
    if (trusted) setDefaultCACertificates([...usual, certificate.cert]);
    upstream = await scriptedUpstream((socket) => socket.write(jsonReply('200 OK', { id: 'msg' })), { tls: certificate });
    proxy = await connectProxy({ [HOST]: Number(new URL(upstream.url).port) }, answer);
    const way = outboundProxy(proxy.url.replace('//', '//user:pass@'), direct) ?? undefined;
    world = await hopWorld({ baseUrl: `https://${HOST}`, timeouts: { connectMs }, ...(way ? { proxy: way } : {}) });
  }
  interface Begin {
    readonly answer?: string | null;
    readonly trusted?: boolean;
    readonly direct?: string[];
    readonly connectMs?: number;
  }

  const ask = () => fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
  const ends = () => world.results.map(({ kind }) => kind);

  afterEach(async () => {
    await world.close();
    await Promise.all([proxy.close(), upstream.close()]);
    setDefaultCACertificates([...usual]);
  });

  it('reaches the upstream inside a tunnel, and keeps it for the next request', async () => {
    await begin();
    assert.equal((await ask()).status, 200);
    assert.equal((await ask()).status, 200);
    assert.deepEqual([ends(), proxy.asked], [['reply', 'reply'], [`${HOST}:443`]]);
  });

  it('shows the proxy its own credentials, and none of an account', async () => {
    await begin();
    await ask();
    const [head = {}] = proxy.heads;
    assert.deepEqual(
      [head['proxy-authorization'], head.authorization],
      [`Basic ${Buffer.from('user:pass').toString('base64')}`, undefined],
    );
  });

  it('shows the upstream nothing of the proxy', async () => {
    await begin();
    await ask();
    assert.deepEqual(upstream.seen[0]?.all('proxy-authorization'), []);
  });

  it('has sent nothing where the proxy refuses', async () => {
    await begin({ answer: '403 Forbidden' });
    await ask();
    assert.deepEqual(ends(), ['not_sent']);
  });

  it('has sent nothing where the proxy is silent, and does not wait for long', async () => {
    await begin({ answer: null, connectMs: 50 });
    await ask();
    assert.deepEqual(ends(), ['not_sent']);
  });

  it('has sent nothing where nobody vouches for the upstream', async () => {
    await begin({ trusted: false });
    await ask();
    assert.deepEqual([ends(), upstream.seen.length], [['not_sent'], 0]);
  });

  it('asks a host that needs no proxy by itself', async () => {
    await begin({ direct: ['.upstream.test'] });
    await ask();
    assert.deepEqual([ends(), proxy.asked], [['not_sent'], []]);
  });
});
