import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { aMessage, startWorld, type World } from '../support/start-app.ts';
import { clientsFolder } from './claude-code.ts';

/** The part of the SDK that is used here; it is installed outside the tree, so that its own types are not at hand. */
interface Sdk {
  readonly messages: {
    create(request: object): Promise<{ content: { type: string; text?: string }[]; usage: { output_tokens: number } }>;
    stream(request: object): { finalMessage(): Promise<{ content: { type: string; text?: string }[]; stop_reason: string }> };
    countTokens(request: object): Promise<{ input_tokens: number }>;
  };
  readonly models: { list(): AsyncIterable<{ id: string }>; retrieve(id: string): Promise<{ id: string }> };
}

describe('the Anthropic SDK', () => {
  let world: World;
  let sdk: Sdk;
  before(async () => {
    world = await startWorld({ accounts: ['one'] });
    const { default: Anthropic } = createRequire(join(clientsFolder(), 'package.json'))('@anthropic-ai/sdk') as {
      default: new (options: object) => Sdk;
    };
    sdk = new Anthropic({ apiKey: world.key, baseURL: world.app.url, maxRetries: 0 });
  });
  after(() => world.stop());

  it('creates a message', async () => {
    const message = await sdk.messages.create(aMessage);
    assert.equal(message.content.at(-1)?.text, 'Hello from one.');
  });

  it('streams a message to its end', async () => {
    const message = await sdk.messages.stream(aMessage).finalMessage();
    assert.equal(message.stop_reason, 'end_turn');
    assert.equal(message.content.at(-1)?.text, 'Hello from one.');
  });

  it('counts tokens', async () => {
    const { max_tokens: _, ...request } = aMessage;
    assert.ok((await sdk.messages.countTokens(request)).input_tokens > 0);
  });

  it('lists and finds models', async () => {
    const ids: string[] = [];
    for await (const { id } of sdk.models.list()) ids.push(id);
    assert.ok(ids.includes('claude-sonnet-5'));
    assert.equal((await sdk.models.retrieve('claude-sonnet-5')).id, 'claude-sonnet-5');
  });

  it('shows the words of a refusal as an error of its own kind', async () => {
    const { default: Anthropic } = createRequire(join(clientsFolder(), 'package.json'))('@anthropic-ai/sdk') as {
      default: new (options: object) => Sdk;
    };
    const stranger = new Anthropic({ apiKey: 'hg_unknown', baseURL: world.app.url, maxRetries: 0 });
    await assert.rejects(stranger.messages.create(aMessage), (error: { status?: number; type?: string; requestID?: string }) => {
      assert.deepEqual([error.status, error.type], [401, 'authentication_error']);
      assert.match(error.requestID ?? '', /^hgr_/);
      return true;
    });
  });
});
