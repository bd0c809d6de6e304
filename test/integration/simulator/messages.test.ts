import assert from 'node:assert/strict';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { aPrompt, ask, eventsOf, type Question } from './simulator-client.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;

interface Message {
  readonly content: readonly Readonly<Record<string, unknown>>[];
  readonly stop_reason: string;
  readonly usage: Readonly<Record<string, number>>;
}

describe('the Claude API of the simulator', () => {
  let now = NOW;
  let simulator: Simulator;
  let token: string;
  const begin = async (options: SimulatorOptions = {}) => {
    now = NOW;
    simulator = await createSimulator({ now: () => now, ...options });
    simulator.addAccount({ name: 'ada' });
    token = simulator.issueTokens('ada').accessToken;
  };
  beforeEach(() => begin());
  afterEach(() => simulator.close());

  const errorOf = async (reply: Response) => {
    const body = (await reply.json()) as { type: string; error: { type: string; message: string }; request_id: string };
    assert.deepEqual([body.type, body.request_id], ['error', reply.headers.get('request-id')]);
    return [reply.status, body.error.type, body.error.message];
  };
  const messageOf = async (question: Question = {}) => (await (await ask(simulator, token, question)).json()) as Message;
  const streamOf = async (over: object = {}) =>
    eventsOf(await (await ask(simulator, token, { body: { ...aPrompt, stream: true, ...over } })).text());

  describe('lets in', () => {
    const withKey = (key: string, headers = {}) =>
      ask(simulator, token, { headers: { authorization: undefined, 'anthropic-beta': undefined, 'x-api-key': key, ...headers } });

    it('an access token, a static token and an API key', async () => {
      const replies = [
        await ask(simulator, token),
        await ask(simulator, simulator.issueStaticToken('ada')),
        await withKey(simulator.issueApiKey('ada')),
      ];
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200],
      );
    });

    it('no token without the beta that tokens need', async () => {
      const reply = await ask(simulator, token, { headers: { 'anthropic-beta': 'claude-code-20250219' } });
      assert.deepEqual(await errorOf(reply), [401, 'authentication_error', 'OAuth authentication is currently not supported.']);
    });

    it('no unknown credential', async () => {
      assert.deepEqual(await errorOf(await ask(simulator, 'sim-at-x')), [401, 'authentication_error', 'Invalid bearer token']);
      assert.deepEqual(await errorOf(await withKey('sim-key-x')), [401, 'authentication_error', 'invalid x-api-key']);
    });

    it('no credential of the wrong kind, and none at all', async () => {
      const replies = [
        await ask(simulator, simulator.issueApiKey('ada')),
        await withKey(token),
        await ask(simulator, token, { headers: { authorization: undefined } }),
      ];
      assert.deepEqual(
        replies.map(({ status }) => status),
        [401, 401, 401],
      );
    });

    it('nothing without a version', async () => {
      const reply = await ask(simulator, token, { headers: { 'anthropic-version': undefined } });
      assert.deepEqual(await errorOf(reply), [400, 'invalid_request_error', 'anthropic-version: header is required']);
    });

    for (const betas of ['oauth-2025-04-20,,x', 'oauth-2025-04-20, with space', 'oauth-2025-04-20,']) {
      it(`no malformed list of betas: "${betas}"`, async () => {
        const reply = await ask(simulator, token, { headers: { 'anthropic-beta': betas } });
        assert.deepEqual(await errorOf(reply), [400, 'invalid_request_error', 'anthropic-beta: malformed value']);
      });
    }
  });

  describe('a message', () => {
    it('says whose it is, and what it cost', async () => {
      const reply = await ask(simulator, token);
      const { id, usage, ...rest } = (await reply.json()) as Message & { id: string };
      assert.match(id, /^msg_sim_/);
      assert.deepEqual(rest, {
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-5',
        content: [{ type: 'text', text: 'Hello from ada.' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
      });
      assert.deepEqual(Object.keys(usage), [
        'input_tokens',
        'output_tokens',
        'cache_creation_input_tokens',
        'cache_read_input_tokens',
      ]);
      assert.equal(reply.headers.get('anthropic-organization-id'), simulator.accounts()[0]?.organizationUuid);
    });

    it('is streamed when the body asks for it, whatever the client accepts', async () => {
      const headers = { accept: 'application/json' };
      const reply = await ask(simulator, token, { headers, body: { ...aPrompt, stream: true } });
      assert.match(reply.headers.get('content-type') ?? '', /^text\/event-stream/);
      const plain = await ask(simulator, token, { headers: { accept: 'text/event-stream' } });
      assert.equal(plain.headers.get('content-type'), 'application/json');
    });

    it('needs messages', async () => {
      const reply = await ask(simulator, token, { body: { model: 'claude-sonnet-5' } });
      assert.deepEqual(await errorOf(reply), [400, 'invalid_request_error', 'messages: Field required']);
    });

    it('answers the user when a system message comes last', async () => {
      const messages = [...aPrompt.messages, { role: 'system', content: 'Available agents: [[use Bash {}]]' }];
      assert.equal((await messageOf({ body: { ...aPrompt, messages } })).content[0]?.['text'], 'Hello from ada.');
    });
  });

  describe('a stream', () => {
    const THINKING = { thinking: { type: 'adaptive' } };
    const USE = { messages: [{ role: 'user', content: 'Go. [[use Bash {"command":"echo a longer command than one piece"}]]' }] };

    it('has its events in order, and each is named by its type', async () => {
      const events = await streamOf();
      const names = events.map(({ name }) => name);
      assert.deepEqual(
        names.filter((name, index) => name !== names[index - 1]),
        [
          'message_start',
          'ping',
          'content_block_start',
          'content_block_delta',
          'content_block_stop',
          'message_delta',
          'message_stop',
        ],
      );
      assert.ok(events.every(({ name, data }) => name === data.type));
    });

    it('begins every block empty and fills it by deltas: thinking with a signature, text, tool use', async () => {
      const events = await streamOf({ ...THINKING, ...USE });
      const starts = events.flatMap(({ data }) => (data.content_block ? [data.content_block] : []));
      assert.deepEqual(
        starts.map(({ id, ...block }) => block),
        [
          { type: 'thinking', thinking: '', signature: '' },
          { type: 'text', text: '' },
          { type: 'tool_use', name: 'Bash', input: {} },
        ],
      );
      const joined = (index: number, field: string) =>
        events.map(({ data }) => (data.index === index ? (data.delta?.[field] ?? '') : '')).join('');
      assert.equal(joined(0, 'thinking'), 'A simulated thought.');
      assert.match(joined(0, 'signature'), /^[\w+/]{43}=$/);
      assert.equal(joined(1, 'text'), 'Using Bash.');
      assert.deepEqual(JSON.parse(joined(2, 'partial_json')), { command: 'echo a longer command than one piece' });
    });

    it('tells the input at its beginning, and the whole usage and the reason at its end', async () => {
      const events = await streamOf(USE);
      const start = events[0]?.data.message as unknown as Message;
      const { usage, delta } = events.at(-2)?.data ?? {};
      assert.equal(start.usage['output_tokens'], 1);
      assert.equal(start.usage['input_tokens'], usage?.['input_tokens']);
      assert.ok((usage?.['output_tokens'] ?? 0) > 1);
      assert.equal(delta?.['stop_reason'], 'tool_use');
    });

    it('says what the message says that is not streamed', async () => {
      simulator.reply(() => [{ type: 'text', text: 'eleven Grüß👋🏽 and more, so that it takes some deltas' }]);
      const { content } = await messageOf();
      const pieces = (await streamOf()).map(({ data }) => String(data.delta?.['text'] ?? ''));
      assert.equal(pieces.join(''), content[0]?.['text']);
      assert.ok(
        pieces.every((piece) => piece.isWellFormed()),
        'no piece ends within a character',
      );
    });
  });

  describe('what the model says', () => {
    const turn = (text: string, ...results: readonly string[]) => ({
      ...aPrompt,
      messages: [
        { role: 'user', content: [{ type: 'text', text }] },
        ...results.flatMap((result, index) => [
          { role: 'assistant', content: [{ type: 'tool_use', id: `toolu_${index}`, name: 'Bash', input: {} }] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: `toolu_${index}`, content: [{ type: 'text', text: result }] }],
          },
        ]),
      ],
    });
    const saidTo = async (body: unknown) => {
      const { content } = await messageOf({ body });
      return content.map(({ type, text, name, input }) => text ?? [type, name, input]);
    };

    it('asks for one tool after the other that the prompt names, then tells what the last answered', async () => {
      const prompt = 'Work. [[use Bash {"command":"one"}]] [[use Read {"file_path":"/two"}]]';
      assert.deepEqual(await saidTo(turn(prompt)), ['Using Bash.', ['tool_use', 'Bash', { command: 'one' }]]);
      assert.deepEqual(await saidTo(turn(prompt, '1')), ['Using Read.', ['tool_use', 'Read', { file_path: '/two' }]]);
      assert.deepEqual(await saidTo(turn(prompt, '1', '2')), ['All 2 tools answered: 2']);
    });

    it('can be decided by a function', async () => {
      simulator.reply(({ model }, { name }) => [{ type: 'text', text: `${name} asked ${String(model)}` }]);
      assert.deepEqual(await saidTo(aPrompt), ['ada asked claude-sonnet-5']);
    });

    it('can be queued, for turns of conversations but not for what clients ask beside them', async () => {
      simulator.queueReply([{ type: 'tool_use', name: 'Read', input: { file_path: '/etc/hosts' } }]);
      const title = { ...aPrompt, output_config: { format: { type: 'json_schema' } } };
      assert.deepEqual(await saidTo(title), ['Hello from ada.']);
      assert.deepEqual(await saidTo({ ...aPrompt, max_tokens: 1 }), ['Hello from ada.']);
      assert.deepEqual(await saidTo(aPrompt), [['tool_use', 'Read', { file_path: '/etc/hosts' }]]);
      assert.deepEqual(await saidTo(aPrompt), ['Hello from ada.']);
    });

    it('has an id of its own for every use of a tool', async () => {
      const ids = await Promise.all(
        Array.from({ length: 5 }, async () => (await messageOf({ body: turn('[[use Bash {}]]') })).content.at(-1)?.['id']),
      );
      assert.equal(new Set(ids).size, 5);
    });
  });

  describe('strict about thoughts', () => {
    const think = async () => (await messageOf({ body: { ...aPrompt, thinking: { type: 'adaptive' } } })).content[0] ?? {};
    const returned = (block: object) =>
      ask(simulator, token, {
        body: { ...aPrompt, messages: [...aPrompt.messages, { role: 'assistant', content: [block] }, ...aPrompt.messages] },
      });

    it('takes them back unaltered', async () => {
      await simulator.close();
      await begin({ strictThinking: true });
      assert.equal((await returned(await think())).status, 200);
    });

    for (const [what, change] of [
      ['signature', { signature: 'AAAA' }],
      ['text', { thinking: 'Another thought.' }],
    ] as const) {
      it(`refuses one with another ${what}`, async () => {
        await simulator.close();
        await begin({ strictThinking: true });
        const reply = await returned({ ...(await think()), ...change });
        const expected = 'messages.1.content.0: Invalid `signature` in `thinking` block';
        assert.deepEqual(await errorOf(reply), [400, 'invalid_request_error', expected]);
      });
    }

    it('does not look when it is not told to be', async () => {
      assert.equal((await returned({ type: 'thinking', thinking: 'x', signature: 'AAAA' })).status, 200);
    });
  });

  describe('the prompt cache', () => {
    const conversation = (turns: number) => ({
      ...aPrompt,
      system: [{ type: 'text', text: 'You are helpful. '.repeat(50), cache_control: { type: 'ephemeral' } }],
      messages: Array.from({ length: turns * 2 + 1 }, (_, index) => ({
        role: index % 2 === 0 ? 'user' : 'assistant',
        content: [
          { type: 'text', text: `Message ${index}`, ...(index === turns * 2 ? { cache_control: { type: 'ephemeral' } } : {}) },
        ],
      })),
    });
    const cached = async (body: unknown, by = token) => {
      const { usage } = (await (await ask(simulator, by, { body })).json()) as Message;
      return { read: usage['cache_read_input_tokens'] ?? 0, created: usage['cache_creation_input_tokens'] ?? 0 };
    };

    it('holds what a conversation sent before, when it comes back to the account', async () => {
      const first = await cached(conversation(0));
      const second = await cached(conversation(1));
      assert.equal(first.read, 0);
      assert.equal(second.read, first.created);
      assert.ok(second.created > 0 && second.created < first.created);
    });

    it('is shared within an organisation, and with no other', async () => {
      const { organizationUuid = '' } = simulator.accounts()[0] ?? {};
      simulator.addAccount({ name: 'colleague', organizationUuid });
      simulator.addAccount({ name: 'stranger' });
      const { created } = await cached(conversation(0));
      assert.equal((await cached(conversation(0), simulator.issueTokens('stranger').accessToken)).read, 0);
      assert.equal((await cached(conversation(0), simulator.issueTokens('colleague').accessToken)).read, created);
    });

    it('is of one model', async () => {
      await cached(conversation(0));
      assert.equal((await cached({ ...conversation(0), model: 'claude-opus-5-5' })).read, 0);
    });

    it('is kept for five minutes after each use', async () => {
      await cached(conversation(0));
      now += 5 * MINUTE - 1;
      const before = await cached(conversation(0));
      now += 5 * MINUTE;
      assert.deepEqual([before.read > 0, (await cached(conversation(0))).read], [true, 0]);
    });

    it('is not used by a request that does not ask for it', async () => {
      await cached(aPrompt);
      assert.deepEqual(await cached(aPrompt), { read: 0, created: 0 });
    });
  });

  describe('beside messages', () => {
    it('counts tokens, at no cost of quota', async () => {
      simulator.setQuota('ada', '5h', { limit: 0 });
      const reply = await ask(simulator, token, { path: '/v1/messages/count_tokens?beta=true' });
      assert.deepEqual(
        [reply.status, await reply.json()],
        [200, { input_tokens: Math.ceil(JSON.stringify(aPrompt).length / 4) }],
      );
    });

    const models = async (query: string) => {
      const reply = await ask(simulator, token, { method: 'GET', path: `/v1/models${query}` });
      return (await reply.json()) as { data: { id: string }[]; has_more: boolean; first_id: string; last_id: string };
    };

    it('lists models, page by page', async () => {
      const whole = await models('?limit=1000');
      const [first, rest] = [await models('?limit=1'), await models(`?after_id=${whole.first_id}`)];
      assert.deepEqual([first.has_more, first.data.length, first.last_id], [true, 1, whole.first_id]);
      assert.deepEqual([...first.data, ...rest.data], whole.data);
      assert.equal((await models(`?limit=${whole.data.length}`)).has_more, false);
      assert.deepEqual([whole.has_more, rest.has_more, rest.last_id], [false, false, whole.last_id]);
    });

    it('tells of one model, and of no other', async () => {
      const known = await ask(simulator, token, { method: 'GET', path: '/v1/models/claude-opus-5-5' });
      assert.deepEqual(await known.json(), {
        type: 'model',
        id: 'claude-opus-5-5',
        display_name: 'claude opus 5 5',
        created_at: '2026-01-01T00:00:00Z',
      });
      const unknown = await ask(simulator, token, { method: 'GET', path: '/v1/models/gpt' });
      assert.deepEqual(await errorOf(unknown), [404, 'not_found_error', 'model: gpt']);
    });

    it('has no other paths and methods', async () => {
      assert.equal((await ask(simulator, token, { path: '/v1/complete' })).status, 404);
      assert.equal((await ask(simulator, token, { path: '/v1/models/a/b', method: 'GET' })).status, 404);
      assert.equal((await ask(simulator, token, { method: 'GET' })).status, 405);
      assert.equal((await ask(simulator, token, { path: '/v1/models' })).status, 405);
    });
  });

  it('writes down what should never have come', async () => {
    const headers = {
      'x-api-key': 'x',
      'x-forwarded-for': '192.0.2.1',
      via: '1.1 proxy',
      cookie: 'a=b',
      'x-headgate-account': 'ada',
    };
    await ask(simulator, token, { headers });
    assert.deepEqual(simulator.books.api[0]?.violations.toSorted(), [
      'authorization and x-api-key',
      'cookie',
      'via',
      'x-forwarded-for',
      'x-headgate-account',
    ]);
  });
});
