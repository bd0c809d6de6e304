import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drain } from '../../../src/http/drain.ts';
import { type Listening, listen } from '../../../src/http/listen.ts';
import { manualTime } from '../../support/manual-time.ts';
import { openRaw, type RawConnection } from '../../support/raw-client.ts';

const PATIENCE = 30_000;

describe('draining', () => {
  let listening: Listening;
  let url: string;
  let running: ServerResponse[];
  const time = manualTime();

  beforeEach(async () => {
    running = [];
    const app: RequestListener = (req, res) => {
      if (req.url === '/quick') return void res.end('quick');
      running.push(res);
      res.write('begun ');
    };
    listening = await listen(app, { host: '127.0.0.1', port: 0, mayContinue: () => true, onRefused: () => undefined });
    url = `http://127.0.0.1:${(listening.server.address() as AddressInfo).port}`;
  });

  const begin = (hurry = new AbortController().signal) => drain(listening, { timeoutMs: PATIENCE, hurry, delay: time.delay });
  const ask = async (path: string, sign: string): Promise<RawConnection> => {
    const connection = await openRaw(url);
    connection.send(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await connection.until((text) => text.includes(sign));
    return connection;
  };

  it('closes a connection that is kept for a next request', async () => {
    const idle = await ask('/quick', 'quick');
    await begin();
    assert.equal((await idle.closed).reset, false);
  });

  it('closes a connection on which nothing was ever asked', async () => {
    const silent = await openRaw(url);
    await begin();
    assert.equal((await silent.closed).text, '');
  });

  it('takes no new connection', async () => {
    await begin();
    await assert.rejects(openRaw(url), { code: 'ECONNREFUSED' });
  });

  it('waits for a reply that runs, and lets it end in order', async () => {
    const client = await ask('/stream', 'begun');
    const drained = begin();
    running[0]?.end('ended');
    assert.match((await client.closed).text, /begun[\s\S]*ended\r\n0\r\n\r\n$/);
    await drained;
  });

  it('is not over while a reply runs', async () => {
    const client = await ask('/stream', 'begun');
    let over = false;
    const drained = begin().then(() => {
      over = true;
    });
    await time.advance(PATIENCE - 1);
    assert.equal(over, false);
    await time.advance(1);
    await drained;
    await client.closed;
  });

  it('cuts what has not ended in time, without making it look complete', async () => {
    const client = await ask('/stream', 'begun');
    const drained = begin();
    await time.advance(PATIENCE);
    await drained;
    assert.doesNotMatch((await client.closed).text, /\r\n0\r\n/);
  });

  it('cuts what runs as soon as somebody is in a hurry', async () => {
    const client = await ask('/stream', 'begun');
    const hurry = new AbortController();
    const drained = begin(hurry.signal);
    hurry.abort();
    await drained;
    assert.doesNotMatch((await client.closed).text, /\r\n0\r\n/);
  });

  it('waits for nobody when it begins in a hurry', async () => {
    await ask('/stream', 'begun');
    await begin(AbortSignal.abort());
  });
});
