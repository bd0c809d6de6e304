import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { UpstreamReply } from '../../../src/gateway/hop.ts';
import { betweenSockets, closeAll } from '../../support/hop-world.ts';
import { chunk, event, jsonReply, LAST_CHUNK, reply, type Script, streamHead } from '../../support/scripted-upstream.ts';

const START = event('message_start', { type: 'message_start', message: {} });
const OVERLOADED = event('error', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
const PING = event('ping', { type: 'ping' });

/** The facts of the first attempt, and what the client then gets. */
async function examine(script: Script, options: Parameters<typeof betweenSockets>[1] = {}) {
  const { world } = await betweenSockets(script, options);
  const answer = await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
  const body = await answer.text().catch(() => 'cut');
  const [result] = world.results;
  const facts = result?.kind === 'reply' ? result.reply.facts : null;
  return { kind: result?.kind, facts, status: answer.status, body };
}

const sends =
  (...pieces: readonly (Buffer | string)[]): Script =>
  (socket) => {
    for (const piece of pieces) socket.write(piece);
  };

describe('the hop: the first bytes of a stream', () => {
  afterEach(closeAll);

  it('reads an error in the first event as the status that it stands for', async () => {
    const { facts, status } = await examine(sends(streamHead(), chunk(OVERLOADED), LAST_CHUNK));
    assert.deepEqual([facts?.status, facts?.errorType, facts?.message, status], [529, 'overloaded_error', 'Overloaded', 200]);
  });

  it('reads an error behind pings and comments, too', async () => {
    const { facts } = await examine(sends(streamHead(), chunk(': hello\n\n'), chunk(PING + PING), chunk(OVERLOADED), LAST_CHUNK));
    assert.equal(facts?.status, 529);
  });

  it('takes the first event for all that counts: an error behind it is the stream’s own', async () => {
    const { facts, body } = await examine(sends(streamHead(), chunk(START), chunk(OVERLOADED), LAST_CHUNK));
    assert.equal(facts?.status, 200);
    assert.equal(body, START + OVERLOADED);
  });

  it('relays a first-event error byte for byte when it is relayed', async () => {
    const { body } = await examine(sends(streamHead(), chunk(`${PING}\r\n`), chunk(OVERLOADED), LAST_CHUNK));
    assert.equal(body, `${PING}\r\n${OVERLOADED}`);
  });

  it('holds back nothing beyond 64 KiB without an event', async () => {
    const filler = `: ${'x'.repeat(70 * 1024)}\n`;
    const { world } = await betweenSockets(sends(streamHead(), chunk(filler)));
    const answer = await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
    const first = await answer.body?.getReader().read();
    assert.equal(answer.status, 200);
    assert.ok((first?.value?.length ?? 0) > 0);
  });

  it('holds back nothing for longer than two seconds', async () => {
    const { world } = await betweenSockets(sends(streamHead(), chunk(PING)));
    const asked = Date.now();
    const answer = await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
    const waited = Date.now() - asked;
    await answer.body?.cancel();
    assert.ok(waited >= 1900, `${waited} ms`);
  });

  it('calls a stream without any byte missing', async () => {
    assert.equal((await examine(sends(streamHead(), LAST_CHUNK))).facts?.body, 'missing');
  });

  it('is broken when the connection breaks before the first event', async () => {
    const { kind } = await examine((socket) => {
      socket.write(streamHead());
      socket.write(chunk(PING), () => socket.resetAndDestroy());
    });
    assert.equal(kind, 'broken');
  });

  it('is no stream because somebody compresses it, but relayed as it is', async () => {
    const bytes = gzipSync(START);
    const { body } = await examine(sends(streamHead('content-encoding: gzip'), chunk(bytes), LAST_CHUNK));
    assert.equal(body, START);
  });
});

describe('the hop: errors and JSON', () => {
  afterEach(closeAll);

  const error = { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 2 tokens > 1 maximum' } };

  it('reads type and message of an error, and relays its bytes untouched', async () => {
    const text = `  ${JSON.stringify(error, null, 2)}\n`;
    const { facts, body, status } = await examine(sends(reply('400 Bad Request', ['content-type: application/json'], text)));
    assert.deepEqual([facts?.errorType, facts?.message], ['invalid_request_error', error.error.message]);
    assert.deepEqual([status, body], [400, text]);
  });

  it('reads a compressed error although none was asked for', async () => {
    const bytes = gzipSync(JSON.stringify(error));
    const { facts } = await examine(sends(reply('400 Bad Request', ['content-encoding: gzip'], bytes)));
    assert.equal(facts?.errorType, 'invalid_request_error');
  });

  it('relays an error beyond 64 KiB whole', async () => {
    const text = JSON.stringify({ ...error, padding: 'x'.repeat(300 * 1024) });
    const { facts, body } = await examine(sends(reply('400 Bad Request', [], text)));
    assert.equal(body, text);
    assert.equal(facts?.body, 'as_promised');
  });

  it('calls HTML missing, as an error and as a success', async () => {
    const html = '<!doctype html><title>Just a moment...</title>';
    assert.equal((await examine(sends(reply('403 Forbidden', [], html)))).facts?.body, 'missing');
    assert.equal((await examine(sends(reply('200 OK', ['content-type: text/html'], html)))).facts?.body, 'missing');
  });

  it('calls an empty success missing where JSON is promised, and only there', async () => {
    assert.equal((await examine(sends(reply('200 OK')))).facts?.body, 'missing');
    assert.equal((await examine(sends(reply('200 OK')), { promisesJson: false })).facts?.body, 'as_promised');
  });

  it('is broken when a promised body breaks off before its first byte', async () => {
    const { kind } = await examine((socket) => socket.end(reply('200 OK', ['content-length: 10'])));
    assert.equal(kind, 'broken');
  });

  it('keeps what an error’s head says even when its body breaks off', async () => {
    const { facts, body } = await examine((socket) =>
      socket.end(
        reply('429 Too Many Requests', ['content-length: 100', 'anthropic-ratelimit-unified-5h-status: rejected'], '{"err'),
      ),
    );
    assert.equal(facts?.status, 429);
    assert.equal(facts?.headers['anthropic-ratelimit-unified-5h-status'], 'rejected');
    assert.equal(body, 'cut');
  });

  it('does not wait for the end of an error that stalls, and relays the rest when it comes', async () => {
    const { world } = await betweenSockets((socket) => {
      socket.write(reply('500 Oops', ['content-length: 4'], 'ab'));
    });
    const answer = await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
    const first = await answer.body?.getReader().read();
    assert.equal(Buffer.from(first?.value ?? []).toString(), 'ab');
  });

  it('follows no redirect', async () => {
    const { world, upstream } = await betweenSockets(sends(reply('302 Found', ['location: /elsewhere'])));
    await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}', redirect: 'manual' });
    assert.deepEqual([upstream.seen.length, world.results[0]?.kind], [1, 'reply']);
  });

  it('names the upstream’s request id', async () => {
    const { world } = await betweenSockets(sends(jsonReply('200 OK', {}, ['request-id: req_1'])));
    await fetch(`${world.url}/v1/messages`, { method: 'POST', body: '{}' });
    const { reply: got } = world.results[0] as { reply: UpstreamReply };
    assert.equal(got.requestId, 'req_1');
  });
});
