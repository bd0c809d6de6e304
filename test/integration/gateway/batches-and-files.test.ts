/** Batches and files over real sockets: they stay with their account, and belong to the key that made them. */
import assert from 'node:assert/strict';
import { startWorld, type World } from '../../support/start-app.ts';

const FILES = { 'anthropic-beta': 'files-api-2025-04-14' };
const BATCH = { requests: [{ custom_id: 'a', params: { model: 'claude-sonnet-5', max_tokens: 5, messages: [] } }] };

describe('batches and files', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ accounts: ['one', 'two'] });
  });
  afterEach(() => world.stop());

  interface Sent {
    readonly key?: string;
    readonly body?: string;
    readonly headers?: Record<string, string>;
  }
  const send = (method: string, path: string, { key = world.key, body, headers = {} }: Sent = {}) =>
    fetch(`${world.app.url}${path}`, {
      method,
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body }),
    });
  // biome-ignore lint/suspicious/noExplicitAny: read field by field
  const json = async (reply: Response | Promise<Response>): Promise<any> => (await reply).json();
  const newBatch = (key?: string) =>
    json(send('POST', '/v1/messages/batches', { body: JSON.stringify(BATCH), ...(key ? { key } : {}) }));
  const newFile = (key?: string) => json(send('POST', '/v1/files', { body: 'bytes', headers: FILES, ...(key ? { key } : {}) }));
  const anotherKey = async () => (await world.admin('POST', '/api/keys', { name: 'other', role: 'user' })).body.key as string;

  it('are always asked of the account that holds them', async () => {
    const { id } = await newBatch();
    for (let i = 0; i < 4; i += 1) assert.equal((await send('GET', `/v1/messages/batches/${id}`)).status, 200);
    const asked = world.simulator.books.api.map(({ account }) => account);
    assert.deepEqual(new Set(asked), new Set(['one']));
  });

  it('give their results under the address where the client asked', async () => {
    const { id } = await newBatch();
    const batch = await json(send('GET', `/v1/messages/batches/${id}`));
    assert.equal(batch.results_url, `${world.app.url}/v1/messages/batches/${id}/results`);
    const results = await fetch(batch.results_url, { headers: { 'x-api-key': world.key, 'anthropic-version': '2023-06-01' } });
    assert.match(await results.text(), /"custom_id":"a"/);
  });

  it('are nobody’s but their key’s', async () => {
    const batch = await newBatch();
    const file = await newFile();
    const key = await anotherKey();
    const before = world.simulator.books.api.length;
    for (const [method, path] of [
      ['GET', `/v1/messages/batches/${batch.id}`],
      ['POST', `/v1/messages/batches/${batch.id}/cancel`],
      ['GET', `/v1/messages/batches/${batch.id}/results`],
      ['DELETE', `/v1/messages/batches/${batch.id}`],
      ['GET', `/v1/files/${file.id}`],
      ['GET', `/v1/files/${file.id}/content`],
      ['DELETE', `/v1/files/${file.id}`],
      ['GET', '/v1/messages/batches/msgbatch_unknown'],
    ] as const) {
      const reply = await send(method, path, { key, headers: FILES });
      assert.deepEqual([reply.status, (await json(reply)).error.type], [404, 'not_found_error'], `${method} ${path}`);
    }
    assert.equal(world.simulator.books.api.length, before, 'nothing was asked upstream');
  });

  it('are listed for their key alone, newest first, from all accounts, page by page', async () => {
    const made = [await newBatch(), await newBatch(), await newBatch()].map(({ id }) => id as string).toReversed();
    await newBatch(await anotherKey());
    const all = await json(send('GET', '/v1/messages/batches'));
    assert.deepEqual([all.data.map(({ id }: { id: string }) => id), all.has_more], [made, false]);
    assert.equal(all.data[0].results_url, `${world.app.url}/v1/messages/batches/${made[0]}/results`);
    const first = await json(send('GET', '/v1/messages/batches?limit=2'));
    assert.deepEqual([first.first_id, first.last_id, first.has_more], [made[0], made[1], true]);
    const second = await json(send('GET', `/v1/messages/batches?limit=2&after_id=${first.last_id}`));
    assert.deepEqual([second.first_id, second.last_id, second.has_more], [made[2], made[2], false]);
    const back = await json(send('GET', `/v1/messages/batches?limit=2&before_id=${made[2]}`));
    assert.deepEqual([back.first_id, back.last_id], [made[0], made[1]]);
  });

  it('page by a cursor where files are asked for without their beta', async () => {
    const made = [await newFile(), await newFile(), await newFile()].map(({ id }) => id as string).toReversed();
    const first = await json(send('GET', '/v1/files?limit=2'));
    assert.deepEqual([first.data.map(({ id }: { id: string }) => id), first.has_more], [made.slice(0, 2), undefined]);
    const second = await json(send('GET', `/v1/files?limit=2&page=${first.next_page}`));
    assert.deepEqual([second.data.map(({ id }: { id: string }) => id), second.next_page], [made.slice(2), null]);
    const named = await json(send('GET', `/v1/files?ids[]=${made[1]}&ids[]=file_nobody`));
    assert.deepEqual([named.data.map(({ id }: { id: string }) => id), named.next_page], [[made[1]], null]);
  });

  it('refuse a cursor that is none, and say what to do', async () => {
    const reply = await send('GET', '/v1/files?page=elsewhere');
    assert.equal(reply.status, 400);
    assert.match((await json(reply)).error.message, /^page: not a cursor of this list/);
  });

  it('may hold a text that talks of other files', async () => {
    assert.equal((await send('POST', '/v1/files', { body: '{"file_id":"file_nobody"}', headers: FILES })).status, 200);
  });

  it('leave the list when they are deleted', async () => {
    const { id } = await newFile();
    assert.equal((await send('DELETE', `/v1/files/${id}`, { headers: FILES })).status, 200);
    assert.deepEqual((await json(send('GET', '/v1/files', { headers: FILES }))).data, []);
    assert.equal((await send('GET', `/v1/files/${id}`, { headers: FILES })).status, 404);
  });

  it('leave the list when the upstream does not have them any more', async () => {
    const [first, second] = [await newBatch(), await newBatch()];
    world.simulator.fault('one', { action: { kind: 'status', status: 404, type: 'not_found_error' }, path: first.id });
    const { data } = await json(send('GET', '/v1/messages/batches'));
    assert.deepEqual(
      data.map(({ id }: { id: string }) => id),
      [second.id],
    );
  });

  it('are not listed at all when one of them cannot be read', async () => {
    const { id } = await newBatch();
    world.simulator.fault('one', { action: { kind: 'status', status: 403, type: 'permission_error' }, path: id });
    const reply = await send('GET', '/v1/messages/batches');
    assert.deepEqual([reply.status, reply.headers.get('x-should-retry')], [502, 'true']);
  });

  it('draw the messages that name them to their account', async () => {
    const file = await newFile();
    const content = [{ type: 'document', source: { type: 'file', file_id: file.id } }];
    const body = { model: 'claude-sonnet-5', max_tokens: 5, messages: [{ role: 'user', content }] };
    for (let i = 0; i < 3; i += 1) assert.equal((await world.ask({ body })).status, 200);
    const { attempts } = (
      await world.admin('GET', `/api/requests/${(await world.ask({ body })).headers.get('x-headgate-request-id')}/why`)
    ).body;
    assert.equal(attempts[0].chosen_by, 'owner');
  });

  const naming = (...ids: string[]) => ({
    model: 'claude-sonnet-5',
    max_tokens: 5,
    messages: [{ role: 'user', content: ids.map((id) => ({ type: 'document', source: { type: 'file', file_id: id } })) }],
  });

  it('lie in one account for each key, so that one message can name several, also those that came at once', async () => {
    const before = await Promise.all([newFile(), newFile(), newFile()]);
    await world.ask();
    const files = [...before, await newFile()].map(({ id }) => id as string);
    assert.equal((await world.ask({ body: naming(...files) })).status, 200);
  });

  it('go to another account where theirs cannot serve; what lies in two is told apart', async () => {
    const first = await newFile();
    const [home] = world.simulator.books.api.map(({ account }) => account);
    world.simulator.fault(home ?? '', { action: { kind: 'quota_rejected' }, path: '/v1/files' });
    const second = await newFile();
    const reply = await world.ask({ body: naming(first.id, second.id) });
    assert.deepEqual([reply.status, /lie in different accounts/.test(await reply.text())], [404, true]);
    assert.equal((await world.ask({ body: naming(second.id, (await newFile()).id) })).status, 200);
  });

  it('of another key cannot be named in a message', async () => {
    const file = await newFile(await anotherKey());
    const content = [{ type: 'document', source: { type: 'file', file_id: file.id } }];
    const reply = await world.ask({ body: { model: 'claude-sonnet-5', max_tokens: 5, messages: [{ role: 'user', content }] } });
    assert.equal(reply.status, 404);
  });

  it('are not told from a text that talks of files', async () => {
    const messages = [{ role: 'user', content: 'Write {"file_id":"file_nobody"} please' }];
    assert.equal((await world.ask({ body: { model: 'claude-sonnet-5', max_tokens: 5, messages } })).status, 200);
  });

  it('are created anew on another account only where the first one refused', async () => {
    world.simulator.fault('one', { action: { kind: 'quota_rejected' }, path: '/v1/messages/batches' });
    assert.ok((await newBatch()).id);
    world.simulator.fault('one', { action: { kind: 'server_error' }, path: '/v1/messages/batches', times: null });
    world.simulator.fault('two', { action: { kind: 'server_error' }, path: '/v1/messages/batches', times: null });
    const before = world.simulator.books.api.length;
    assert.equal((await send('POST', '/v1/messages/batches', { body: JSON.stringify(BATCH) })).status, 500);
    assert.equal(world.simulator.books.api.length, before + 1);
  });
});

describe('files of a key whose last one was long ago', () => {
  let world: World;
  let now = Date.now();
  before(async () => {
    world = await startWorld({ accounts: ['one', 'two', 'three'], now: () => now });
  });
  after(() => world.stop());

  it('go where the others lie', async () => {
    const upload = async () => {
      const headers = { 'x-api-key': world.key, 'anthropic-version': '2023-06-01' };
      const reply = await fetch(`${world.app.url}/v1/files`, { method: 'POST', headers, body: 'bytes' });
      await reply.text();
      return reply.headers.get('x-headgate-account');
    };
    const home = await upload();
    now += 2 * 3_600_000;
    assert.equal(await upload(), home);
  });
});
