/** Batches and files by the Anthropic SDK: they live in one account of several, and the SDK need not know in which. */
import assert from 'node:assert/strict';
import { aMessage } from '../support/start-app.ts';
import { errorClass, idsOf, type Sdk, sdkOf } from './support/anthropic-sdk.ts';
import { accountsOf, type BuiltWorld, startBuiltWorld } from './support/built-world.ts';

const BATCH = { requests: ['a', 'b'].map((custom_id) => ({ custom_id, params: aMessage })) };

describe('the Anthropic SDK and a pool of three accounts', () => {
  let world: BuiltWorld;
  let sdk: Sdk;
  /** With a key of its own. */
  let other: Sdk;
  before(async () => {
    world = await startBuiltWorld(['one', 'two', 'three']);
    sdk = sdkOf(world);
    other = sdkOf({ ...world, key: (await world.admin('POST', '/api/keys', { name: 'other' })).key });
  });
  beforeEach(() => world.simulator.books.clear());
  after(() => world.stop());

  /** Where a request of no conversation goes moves on with each; the owner must be found all the same. */
  const elsewhere = () => sdk.messages.create(aMessage);
  /** The accounts that were asked about it. */
  const askedAbout = (id: string) => accountsOf(world.simulator.books.api.filter(({ target }) => target.includes(id)));
  const switchTo = async (status: 'active' | 'inactive', names: readonly (string | null)[]) => {
    const { data } = await world.admin('GET', '/api/accounts');
    for (const { id, name } of data) if (names.includes(name)) await world.admin('PATCH', `/api/accounts/${id}`, { status });
  };
  const notFound = () => errorClass('NotFoundError');

  describe('batches', () => {
    it('are made, looked at, and give their results by Headgate, which asks their account', async () => {
      const { id, processing_status } = await sdk.messages.batches.create(BATCH);
      assert.equal(processing_status, 'in_progress');
      await elsewhere();
      const batch = await sdk.messages.batches.retrieve(id);
      assert.equal(batch.results_url, `${world.url}/v1/messages/batches/${id}/results`);
      const results: string[] = [];
      for await (const { custom_id, result } of await sdk.messages.batches.results(id))
        results.push(`${custom_id} ${result.type}`);
      assert.deepEqual(results, ['a succeeded', 'b succeeded']);
      assert.equal(askedAbout(id).length, 1);
    });

    it('are canceled and deleted in their account', async () => {
      const { id } = await sdk.messages.batches.create(BATCH);
      await elsewhere();
      assert.equal((await sdk.messages.batches.cancel(id)).id, id);
      assert.equal((await sdk.messages.batches.delete(id)).type, 'message_batch_deleted');
      await assert.rejects(sdk.messages.batches.retrieve(id), notFound());
      assert.equal(askedAbout(id).length, 1);
    });

    it('of all accounts are in one list, page by page, for the key that made them', async () => {
      const before = await idsOf(sdk.messages.batches.list());
      const made: string[] = [];
      for (let i = 0; i < 5; i += 1) made.unshift((await sdk.messages.batches.create(BATCH)).id);
      assert.ok(accountsOf(world.simulator.books.api).length > 1, 'they lie in several accounts');
      assert.deepEqual(await idsOf(sdk.messages.batches.list({ limit: 2 })), [...made, ...before]);
      assert.deepEqual(await idsOf(other.messages.batches.list()), []);
    });
  });

  describe('files', () => {
    const upload = (text = 'the text', name = 'notes.txt') =>
      sdk.files.upload({ file: new File([text], name, { type: 'text/plain' }) });

    it('come back as they were, from the account that holds them', async () => {
      const { id, filename, size_bytes } = await upload();
      assert.deepEqual([filename, size_bytes], ['notes.txt', 8]);
      await elsewhere();
      assert.equal((await sdk.files.retrieveMetadata(id)).filename, 'notes.txt');
      assert.equal(await (await sdk.files.download(id)).text(), 'the text');
      assert.equal((await sdk.files.delete(id)).id, id);
      await assert.rejects(sdk.files.retrieveMetadata(id), notFound());
      assert.equal(askedAbout(id).length, 1);
    });

    it('of all accounts are in one list, page by page, for the key that made them', async () => {
      const before = await idsOf(sdk.files.list());
      const made: string[] = [];
      for (let i = 0; i < 5; i += 1) {
        // What cannot serve gets no new files.
        if (i === 3) await switchTo('inactive', accountsOf(world.sentTo('/v1/files')));
        made.unshift((await upload()).id);
      }
      await switchTo('active', ['one', 'two', 'three']);
      assert.equal(accountsOf(world.sentTo('/v1/files')).length, 2, 'they lie in two accounts');
      assert.deepEqual(await idsOf(sdk.files.list({ limit: 2 })), [...made, ...before]);
      assert.deepEqual(await idsOf(sdk.files.list({ ids: [made[3], 'file_nobody'] })), [made[3]]);
      assert.deepEqual(await idsOf(other.files.list()), []);
    });

    it('are all gone after each was deleted as it was listed', async () => {
      for (let i = 0; i < 3; i += 1) await upload();
      for await (const { id } of sdk.files.list({ limit: 2 })) await sdk.files.delete(id);
      assert.deepEqual(await idsOf(sdk.files.list()), []);
    });

    it('may hold text that names other files', async () => {
      assert.equal((await upload('{"file_id":"file_nobody"}', 'data.json')).filename, 'data.json');
    });

    const messageWith = (...ids: string[]) => ({
      ...aMessage,
      messages: [{ role: 'user', content: ids.map((id) => ({ type: 'document', source: { type: 'file', file_id: id } })) }],
    });

    it('may be named together by one message, however they were uploaded', async () => {
      const atOnce = await Promise.all([upload(), upload(), upload()]);
      await elsewhere();
      const ids = [...atOnce, await upload()].map(({ id }) => id);
      assert.equal((await sdk.messages.create(messageWith(...ids))).stop_reason, 'end_turn');
    });

    it('draw messages and batches that name them to their account', async () => {
      const { id } = await upload();
      const [owner] = accountsOf(world.sentTo('/v1/files'));
      for (let i = 0; i < 3; i += 1) await sdk.messages.create(messageWith(id));
      await sdk.messages.batches.create({ requests: [{ custom_id: 'a', params: messageWith(id) }] });
      assert.deepEqual(accountsOf(world.simulator.books.api), [owner]);
    });

    it('of another key are not there for a message', async () => {
      const { id } = await upload();
      await assert.rejects(other.messages.create(messageWith(id)), notFound());
    });
  });
});
