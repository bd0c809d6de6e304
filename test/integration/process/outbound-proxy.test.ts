/** A server whose only way out is a proxy. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type App, startApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { selfSigned } from '../../support/certificates.ts';
import { type ConnectProxy, connectProxy } from '../../support/connect-proxy.ts';

const HOST = 'everything.upstream.test';

describe('a server behind an outbound proxy', () => {
  const usual = getCACertificates('default');
  let folder: string;
  let upstream: Server;
  let proxy: ConnectProxy;
  let app: App;

  const file = (text: string) => writeFile(join(folder, 'config.yaml'), text);
  const upstreamAt = () => ({ [HOST]: (upstream.address() as AddressInfo).port });
  const start = async (environment: Record<string, string>) => {
    const loaded = await loadConfig({ environment, workingDirectory: folder, flags: { port: 0, data: join(folder, 'data') } });
    app = await startApp({ loaded, logStream: new Writable({ write: (_chunk, _encoding, done) => done() }) });
  };
  const api = async (path: string, body: object) => {
    const reply = await fetch(`${app.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await reply.json()) as Readonly<Record<string, string>>;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-proxy-'));
    const certificate = selfSigned({ host: HOST, validTo: Date.now() + 365 * 86_400_000 });
    setDefaultCACertificates([...usual, certificate.cert]);
    upstream = createServer(certificate, (req, res) => {
      res.writeHead(req.url === '/oauth/token' ? 400 : 200, { 'content-type': 'application/json' });
      res.end(JSON.stringify(req.url === '/oauth/token' ? { error: 'invalid_grant' } : { data: [] }));
    }).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    proxy = await connectProxy(upstreamAt());
    await file(`claude:\n  base_url: https://${HOST}\noauth:\n  client_id: made-up\n  token_url: https://${HOST}/oauth/token\n`);
  });
  afterEach(async () => {
    await app.stop({ graceful: false });
    await proxy.close();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
    setDefaultCACertificates([...usual]);
    await rm(folder, { recursive: true, force: true });
  });

  const addAccount = () => api('/api/accounts', { name: 'one', kind: 'api_key', api_key: 'sk-ant-made-up' });
  const askModels = async () => {
    const { key = '' } = await api('/api/keys', { name: `key ${proxy.asked.length}` });
    return (await fetch(`${app.url}/v1/models`, { headers: { 'x-api-key': key } })).status;
  };

  it('relays through the one that HTTPS_PROXY names', async () => {
    await start({ HTTPS_PROXY: proxy.url });
    await addAccount();
    assert.equal(await askModels(), 200);
    assert.ok(proxy.asked.includes(`${HOST}:443`));
  });

  it('tests accounts through it', async () => {
    await start({ HTTPS_PROXY: proxy.url });
    const { account } = await addAccount();
    const { id } = account as unknown as { id: string };
    const before = proxy.asked.length;
    assert.equal((await api(`/api/accounts/${id}/test`, {}))['result'], 'ok');
    assert.ok(proxy.asked.length > before);
  });

  it('reaches the token endpoint through it', async () => {
    await start({ HTTPS_PROXY: proxy.url });
    const { state } = await api('/api/oauth/authorize', {});
    await api('/api/accounts', { name: 'by login', code: 'a-code', state });
    assert.deepEqual(proxy.asked, [`${HOST}:443`]);
  });

  it('takes claude.proxy_url before HTTPS_PROXY, and another one as soon as the file names it', async () => {
    const second = await connectProxy(upstreamAt());
    await file(`claude:\n  base_url: https://${HOST}\n  proxy_url: ${proxy.url}\n`);
    await start({ HTTPS_PROXY: 'http://127.0.0.1:1' });
    await addAccount();
    assert.equal(await askModels(), 200);
    await file(`claude:\n  base_url: https://${HOST}\n  proxy_url: ${second.url}\n`);
    await app.reload();
    assert.equal(await askModels(), 200);
    const { asked } = second;
    await second.close();
    assert.deepEqual(asked, [`${HOST}:443`]);
  });
});
