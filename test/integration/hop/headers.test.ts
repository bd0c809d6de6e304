import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { betweenSockets, closeAll, SECRET } from '../../support/hop-world.ts';
import { rawRequest, sendRaw } from '../../support/raw-client.ts';
import { chunk, jsonReply, LAST_CHUNK, reply, streamHead } from '../../support/scripted-upstream.ts';

const isOver = (text: string): boolean => /\r\n\r\n(.*\}|)$/s.test(text);
const ok = jsonReply('200 OK', { id: 'msg' });

/** What a client sends with exactly these header lines, and what the upstream sees of it. */
async function seenOf(
  lines: readonly string[],
  { kind = 'oauth', body = '{"model":"m"}' }: { kind?: 'oauth' | 'api_key'; body?: string } = {},
) {
  const { upstream, world } = await betweenSockets((socket) => socket.write(ok), { kind });
  const all = ['Host: headgate', ...lines, `Content-Length: ${body.length}`];
  const answer = await sendRaw(world.url, rawRequest('POST /v1/messages?beta=true HTTP/1.1', all, body), isOver);
  const [request] = upstream.seen;
  assert.ok(request, answer.text);
  return request;
}

/** What a client sees of exactly these bytes from the upstream. */
async function relayed(bytes: Buffer | readonly Buffer[], options: Parameters<typeof betweenSockets>[1] = {}, method = 'POST') {
  const pieces = Array.isArray(bytes) ? bytes : [bytes];
  const { world } = await betweenSockets((socket) => {
    for (const piece of pieces) socket.write(piece);
  }, options);
  const request = rawRequest(
    `${method} /v1/messages HTTP/1.1`,
    ['Host: headgate', 'Content-Length: 2', 'Connection: close'],
    '{}',
  );
  return (await sendRaw(world.url, request)).text;
}

describe('the hop: request headers', () => {
  afterEach(closeAll);

  it('sends the account credential and none of the client, even when the client expects 100 Continue', async () => {
    const request = await seenOf([
      'Expect: 100-continue',
      'Authorization: Bearer hg_client',
      'x-api-key: hg_client',
      'Cookie: a=b',
    ]);
    assert.deepEqual(request.all('authorization'), [`Bearer ${SECRET}`]);
    assert.deepEqual([...request.all('x-api-key'), ...request.all('expect'), ...request.all('cookie')], []);
  });

  it('gives an API-key account its key as x-api-key, without Bearer and without the OAuth beta', async () => {
    const request = await seenOf(['Authorization: Bearer hg_client', 'anthropic-beta: a,b'], { kind: 'api_key' });
    assert.deepEqual(request.all('x-api-key'), [SECRET]);
    assert.deepEqual([request.all('authorization'), request.all('anthropic-beta')], [[], ['a,b']]);
  });

  it('appends the OAuth beta behind what the client listed, also over several lines', async () => {
    const request = await seenOf(['anthropic-beta: b,a', 'anthropic-beta: c']);
    assert.deepEqual(request.all('anthropic-beta'), ['b,a, c,oauth-2025-04-20']);
  });

  it('appends the OAuth beta only once', async () => {
    const request = await seenOf(['anthropic-beta: oauth-2025-04-20,b']);
    assert.deepEqual(request.all('anthropic-beta'), ['oauth-2025-04-20,b']);
  });

  it('names a version only when the client names none', async () => {
    assert.deepEqual((await seenOf([])).all('anthropic-version'), ['2023-06-01']);
    assert.deepEqual((await seenOf(['anthropic-version: 2099-01-01'])).all('anthropic-version'), ['2099-01-01']);
  });

  it('asks for no compression, because a compressed stream could not be metered', async () => {
    assert.deepEqual((await seenOf(['Accept-Encoding: gzip, br'])).all('accept-encoding'), ['identity']);
  });

  it('keeps hop-by-hop fields and those that Connection names to itself', async () => {
    const dropped = ['Keep-Alive', 'TE', 'Trailer', 'Proxy-Authorization', 'Proxy-Connection', 'X-Secret', 'Upgrade'];
    const request = await seenOf(['Connection: keep-alive, X-Secret', ...dropped.map((name) => `${name}: trailers`)]);
    assert.deepEqual(
      dropped.filter((name) => request.all(name).length > 0),
      [],
    );
    assert.deepEqual(request.all('connection'), ['keep-alive']);
  });

  it('is not talked out of credential, host and length by a Connection field that names them', async () => {
    const request = await seenOf(['Connection: authorization, host, content-length, accept-encoding']);
    assert.deepEqual(request.all('authorization'), [`Bearer ${SECRET}`]);
    assert.deepEqual(request.all('content-length'), ['13']);
    assert.match(request.all('host')[0] ?? '', /^127\.0\.0\.1:\d+$/);
  });

  it('does not tell where the client sits', async () => {
    const lines = [
      'X-Forwarded-For: 10.0.0.1',
      'Forwarded: for=1',
      'X-Real-IP: 1',
      'Via: 1.1 x',
      'Origin: http://a',
      'X-Headgate-Trace: 1',
    ];
    const request = await seenOf(lines);
    assert.deepEqual(
      lines.filter((line) => request.all(line.split(':')[0] ?? '').length > 0),
      [],
    );
  });

  it('passes everything else on, unknown fields included', async () => {
    const request = await seenOf(['anthropic-dangerous-direct-browser-access: true', 'X-App: cli', 'x-new-thing: ü']);
    assert.deepEqual(request.all('anthropic-dangerous-direct-browser-access'), ['true']);
    assert.deepEqual([request.all('x-app'), request.all('x-new-thing')], [['cli'], [Buffer.from('ü').toString('latin1')]]);
  });

  it('passes a compressed body on as it came, and never looks inside', async () => {
    const { upstream, world } = await betweenSockets((socket) => socket.write(ok));
    const body = gzipSync(Buffer.alloc(1024 * 1024));
    await fetch(`${world.url}/v1/messages`, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body });
    const [request] = upstream.seen;
    assert.deepEqual(request?.all('content-encoding'), ['gzip']);
    assert.ok(request?.body.equals(body));
  });

  it('forwards path and query byte for byte', async () => {
    const { upstream, world } = await betweenSockets((socket) => socket.write(ok));
    await sendRaw(
      world.url,
      rawRequest('GET /v1/a%2Cb/%7e?x=%20y&x=&#x HTTP/1.1'.replace('#', '%23'), ['Host: headgate']),
      isOver,
    );
    assert.equal(upstream.seen[0]?.target, '/v1/a%2Cb/%7e?x=%20y&x=&%23x');
  });

  it('puts the path of the base URL first', async () => {
    const { upstream, world } = await betweenSockets((socket) => socket.write(ok), { basePath: '/tenant' });
    await fetch(`${world.url}/v1/a%2Cb?x=%20y`, { method: 'POST', body: '{}' });
    assert.equal(upstream.seen[0]?.target, '/tenant/v1/a%2Cb?x=%20y');
  });
});

describe('the hop: reply headers', () => {
  afterEach(closeAll);

  it('keeps several values of one name apart and in order', async () => {
    const text = await relayed(jsonReply('200 OK', {}, ['x-many: one', 'X-Other: o', 'x-many: two']));
    assert.deepEqual(text.match(/^x-many: .*$/gim), ['x-many: one', 'x-many: two']);
  });

  it('drops what is about the upstream, its connection or its organisation', async () => {
    const fields = [
      'Connection: x-hop, keep-alive',
      'X-Hop: 1',
      'Keep-Alive: timeout=5',
      'Proxy-Authenticate: Basic',
      'Set-Cookie: a=b',
      'Strict-Transport-Security: max-age=1',
      'Alt-Svc: h3',
      'Server: cloudflare',
      'NEL: {}',
      'Report-To: {}',
      'Reporting-Endpoints: a',
      'Content-Security-Policy: x',
      'Content-Security-Policy-Report-Only: x',
      'CF-Ray: 1',
      'cf-cache-status: x',
      'Via: 1.1 google',
      'Anthropic-Organization-Id: org',
    ];
    const text = await relayed(jsonReply('200 OK', {}, fields));
    const names = fields.slice(1).map((field) => field.split(':')[0] ?? '');
    assert.deepEqual(
      names.filter((name) => new RegExp(`^${name}: (?!timeout=5$)`, 'im').test(text.replace(/^Keep-Alive: timeout=\d+\r$/m, ''))),
      [],
    );
  });

  it('passes request id, retry hints and rate limits on', async () => {
    const fields = ['request-id: req_1', 'retry-after: 3', 'x-should-retry: true', 'anthropic-ratelimit-unified-status: allowed'];
    const text = await relayed(jsonReply('200 OK', {}, fields));
    assert.deepEqual(
      fields.filter((field) => !text.includes(`${field}\r\n`)),
      [],
    );
  });

  it('keeps the rate limits back when told to', async () => {
    const text = await relayed(jsonReply('200 OK', {}, ['anthropic-ratelimit-unified-status: allowed', 'x-a: 1']), {
      stripRateLimits: true,
    });
    assert.doesNotMatch(text, /ratelimit/i);
    assert.match(text, /^x-a: 1\r$/m);
  });

  it('adds its own fields, over whatever the upstream calls the same', async () => {
    const text = await relayed(jsonReply('200 OK', {}, ['X-Headgate-Account: spoofed']), {
      added: { 'x-headgate-account': 'one' },
    });
    assert.deepEqual(text.match(/^x-headgate-account: .*$/gim), ['x-headgate-account: one']);
  });

  it('passes fields named like members of every object', async () => {
    const text = await relayed(jsonReply('200 OK', {}, ['constructor: c', '__proto__: p', 'toString: t']), {
      added: { 'x-a': '1' },
    });
    assert.deepEqual(text.match(/^(constructor|__proto__|toString): .$/gm), ['constructor: c', '__proto__: p', 'toString: t']);
  });

  it('leaves what was set before in place, and adds up Vary', async () => {
    const text = await relayed(jsonReply('200 OK', {}, ['Access-Control-Allow-Origin: *', 'Vary: accept']), {
      handle: async (hop, request, res) => {
        res.setHeader('access-control-allow-origin', 'http://page');
        res.setHeader('vary', 'origin');
        const result = await hop.send(request);
        if (result.kind === 'reply') await result.reply.relay(res, {});
      },
    });
    assert.deepEqual(text.match(/^access-control-allow-origin: .*$/gim), ['access-control-allow-origin: http://page']);
    assert.deepEqual(
      text.match(/^vary: .*$/gim)?.map((line) => line.toLowerCase()),
      ['vary: accept', 'vary: origin'],
    );
  });

  it('drops trailers, and their announcement', async () => {
    const text = await relayed([
      reply('200 OK', ['content-type: application/json', 'transfer-encoding: chunked', 'Trailer: x-secret']),
      chunk('{}'),
      Buffer.from('0\r\nx-secret: 1\r\nauthorization: Bearer x\r\n\r\n'),
    ]);
    assert.doesNotMatch(text, /x-secret|Bearer/i);
    assert.match(text, /\{\}\r\n0\r\n\r\n$/);
  });

  it('goes by the final reply only, whatever was informational before', async () => {
    const hints = Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
    const text = await relayed([hints, jsonReply('200 OK', { a: 1 })]);
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
    assert.doesNotMatch(text, /link:/);
  });

  it('relays 204 and 304 without a body', async () => {
    assert.match(
      await relayed(reply('204 No Content', ['x-a: 1', 'transfer-encoding: identity']), { promisesJson: false }),
      /^HTTP\/1\.1 204 [\s\S]*\r\n\r\n$/,
    );
    assert.match(
      await relayed(reply('304 Not Modified', ['etag: "1"']), { promisesJson: false }),
      /^HTTP\/1\.1 304 [\s\S]*\r\n\r\n$/,
    );
  });

  it('relays the length that HEAD announces, and no body', async () => {
    const text = await relayed(reply('200 OK', ['content-length: 500']), { promisesJson: false }, 'HEAD');
    assert.match(text, /^content-length: 500\r$/im);
    assert.match(text, /\r\n\r\n$/);
  });

  it('gives the head of a stream to the client before its first event', async () => {
    const { world } = await betweenSockets((socket) => socket.write(streamHead('content-encoding: br')));
    const request = rawRequest('POST /v1/messages HTTP/1.1', ['Host: headgate', 'Content-Length: 2'], '{}');
    const { text } = await sendRaw(world.url, request, (soFar) => soFar.includes('\r\n\r\n'));
    assert.match(text, /^HTTP\/1\.1 200 OK/);
    assert.ok(!text.includes(LAST_CHUNK));
  });
});
