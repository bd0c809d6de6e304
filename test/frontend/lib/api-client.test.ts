import assert from 'node:assert/strict';
import { createApiClient, type Schema } from '../../../frontend/src/lib/api-client.ts';
import { ApiError } from '../../../frontend/src/lib/api-error.ts';

const anything: Schema<unknown> = { safeParse: (data) => ({ success: true, data }) };
const nothing: Schema<unknown> = { safeParse: () => ({ success: false }) };

/** A client whose server gives this reply, and what was asked of it. */
function clientThatGets(reply: Response | Error) {
  const asked: { path: string; init: RequestInit }[] = [];
  const client = createApiClient({
    fetch: async (path, init) => {
      asked.push({ path, init });
      if (reply instanceof Error) throw reply;
      return reply;
    },
    clock: { note: () => undefined },
    now: () => 0,
  });
  const headers = () => new Headers(asked[0]?.init.headers);
  return { client, asked, headers };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiError);
  return error;
}

describe('the api client of the dashboard', () => {
  it('proves on every write, and on no read, that a page of ours asks', async () => {
    for (const [method, proof] of [
      ['GET', null],
      ['POST', '1'],
      ['DELETE', '1'],
    ] as const) {
      const { client, asked, headers } = clientThatGets(json(200, {}));
      await (method === 'GET' ? client.get('/x', anything) : client.command(method, '/x'));
      assert.deepEqual([asked[0]?.path, headers().get('x-headgate-csrf')], ['/api/x', proof], method);
    }
  });

  it('sends a body as JSON', async () => {
    const { client, asked, headers } = clientThatGets(json(201, {}));
    await client.send('POST', '/keys', anything, { body: { name: 'laptop' } });
    assert.equal(asked[0]?.init.body, '{"name":"laptop"}');
    assert.equal(headers().get('content-type'), 'application/json');
  });

  it('passes on what the server says is wrong, field by field', async () => {
    const fields = [{ path: 'name', message: 'is taken' }];
    const { client } = clientThatGets(
      json(400, { type: 'error', error: { type: 'invalid_request_error', message: 'Not valid.', fields }, request_id: 'hgr_1' }),
    );
    const error = await failureOf(client.get('/x', anything));
    assert.deepEqual(
      [
        error.kind,
        error.status,
        error.type,
        error.message,
        error.requestId,
        error.fieldMessage('name'),
        error.fieldMessage('role'),
      ],
      ['refused', 400, 'invalid_request_error', 'Not valid.', 'hgr_1', 'is taken', undefined],
    );
  });

  it('knows when to try again', async () => {
    const { client } = clientThatGets(
      json(429, { error: { type: 'rate_limit_error', message: 'Wait.' } }, { 'retry-after': '42' }),
    );
    assert.equal((await failureOf(client.command('POST', '/auth/login'))).retryAfterSeconds, 42);
  });

  it('tells a proxy in between from the server', async () => {
    const { client } = clientThatGets(new Response('<html>Bad gateway</html>', { status: 502 }));
    const error = await failureOf(client.get('/x', anything));
    assert.deepEqual([error.kind, error.status], ['incomprehensible', 502]);
    assert.match(error.message, /502.*proxy/);
  });

  it('says in plain words that nothing answers', async () => {
    const { client } = clientThatGets(new TypeError('Failed to fetch'));
    const error = await failureOf(client.get('/x', anything));
    assert.deepEqual([error.kind, error.status], ['unreachable', 0]);
    assert.doesNotMatch(error.message, /fetch/);
  });

  it('takes a reply that does not fit the schema for another version of the server', async () => {
    for (const reply of [json(200, { other: true }), new Response('not json', { status: 200 })]) {
      const error = await failureOf(clientThatGets(reply).client.get('/x', nothing));
      assert.deepEqual([error.kind, error.status], ['incomprehensible', 200]);
    }
  });

  it('lets an ended request end as what it is', async () => {
    const ended = new AbortController();
    ended.abort();
    const { client } = clientThatGets(new DOMException('aborted', 'AbortError'));
    await assert.rejects(client.get('/x', anything, { signal: ended.signal }), { name: 'AbortError' });
  });
});
