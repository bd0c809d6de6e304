/** The Anthropic SDK: messages, streams, counts, models, and the errors that Headgate itself answers with. */
import assert from 'node:assert/strict';
import { aMessage } from '../support/start-app.ts';
import { errorClass, idsOf, type Sdk, sdkOf } from './support/anthropic-sdk.ts';
import { accountsOf, type BuiltWorld, startBuiltWorld, until } from './support/built-world.ts';

const MESSAGES = '/v1/messages';

describe('the Anthropic SDK', () => {
  let world: BuiltWorld;
  let sdk: Sdk;
  before(async () => {
    world = await startBuiltWorld(['one']);
    sdk = sdkOf(world);
  });
  beforeEach(() => world.simulator.books.clear());
  afterEach(() => world.simulator.clearFaults());
  after(() => world.stop());

  it('creates a message, and passes its own version of the API on', async () => {
    const message = await sdk.messages.create(aMessage);
    assert.equal(message.content.at(-1)?.text, 'Hello from one.');
    assert.equal(world.sentTo(MESSAGES)[0]?.headers['anthropic-version'], '2026-10-21');
  });

  it('shows the name under which the request is known upstream, and who served it', async () => {
    const { response, request_id } = await sdk.messages.create(aMessage).withResponse();
    assert.match(request_id, /^req_sim_/);
    assert.equal(response.headers.get('x-headgate-account'), 'one');
  });

  it('streams a message to its end, piece by piece', async () => {
    let text = '';
    const stream = sdk.messages.stream(aMessage).on('text', (delta) => {
      text += delta;
    });
    const message = await stream.finalMessage();
    assert.deepEqual([text, message.stop_reason], ['Hello from one.', 'end_turn']);
    assert.ok(message.usage.output_tokens > 0);
  });

  it('ends the work upstream when a stream is given up in the middle', async () => {
    world.simulator.fault('one', { action: { kind: 'stall', afterEvents: 4 } });
    const giveUp = new AbortController();
    const stream = sdk.messages.stream(aMessage, { signal: giveUp.signal });
    await assert.rejects(async () => {
      for await (const { type } of stream) if (type === 'content_block_delta') giveUp.abort();
    }, errorClass('APIUserAbortError'));
    await until(() => world.sentTo(MESSAGES)[0]?.end === 'aborted', 'the end upstream');
    assert.equal(await world.statusOf('one'), 'active', 'no account is to blame');
  });

  it('fails loudly when a stream breaks off, and does not take a piece for the whole', async () => {
    world.simulator.fault('one', { action: { kind: 'cut', afterEvents: 4 } });
    await assert.rejects(sdk.messages.stream(aMessage).finalMessage());
    assert.equal(world.sentTo(MESSAGES).length, 1, 'nothing is repeated behind the first byte');
  });

  it('counts tokens', async () => {
    const { max_tokens: _, ...request } = aMessage;
    assert.ok((await sdk.messages.countTokens(request)).input_tokens > 0);
  });

  it('lists models page by page, and finds one', async () => {
    const ids = await idsOf(sdk.models.list({ limit: 2 }));
    assert.deepEqual([ids.length, new Set(ids).size], [4, 4]);
    assert.equal(world.sentTo('/v1/models').length, 2);
    assert.equal((await sdk.models.retrieve('claude-sonnet-5')).id, 'claude-sonnet-5');
  });

  describe('has a class for', () => {
    type Shown = Error & { status?: number; type?: string; requestID?: string; error?: { error?: { message?: string } } };
    const fails = (asked: Promise<unknown>, name: `${string}Error`, [status, type, words]: readonly [number, string, RegExp]) =>
      assert.rejects(asked, (error: Shown) => {
        assert.ok(error instanceof errorClass(name), `${error.constructor.name}: ${error.message}`);
        assert.deepEqual([error.status, error.type], [status, type]);
        assert.match(error.requestID ?? '', /^hgr_/);
        assert.match(error.error?.error?.message ?? '', words);
        return true;
      });

    it('an unknown key, and asks once', () =>
      fails(sdkOf({ ...world, key: 'hg_unknown' }).messages.create(aMessage), 'AuthenticationError', [
        401,
        'authentication_error',
        /unknown API key/,
      ]));

    it('a pool that is limited for long, and does not sleep until it is over', async () => {
      const limited = await startBuiltWorld(['one', 'two']);
      try {
        limited.simulator.fault(null, { action: { kind: 'quota_rejected' }, times: null });
        await fails(sdkOf(limited).messages.create(aMessage), 'RateLimitError', [429, 'rate_limit_error', /All 2 accounts/]);
        assert.deepEqual(accountsOf(limited.sentTo(MESSAGES)), ['one', 'two']);
      } finally {
        await limited.stop();
      }
    });

    it('an empty pool', async () => {
      const empty = await startBuiltWorld([]);
      try {
        await fails(sdkOf(empty).messages.create(aMessage), 'ServiceUnavailableError', [503, 'api_error', /No account yet/]);
      } finally {
        await empty.stop();
      }
    });

    it('a batch that is not there', () =>
      fails(sdk.messages.batches.retrieve('msgbatch_nobody'), 'NotFoundError', [404, 'not_found_error', /no such batch/]));

    it('a body that is too large', () =>
      fails(
        sdk.messages.create({ ...aMessage, messages: [{ role: 'user', content: 'x'.repeat(33 * 1024 * 1024) }] }),
        'ContentTooLargeError',
        [413, 'request_too_large', /larger than 32/],
      ));
  });
});
