/** Who asks in the demo, and what: clients of different kinds, each with conversations that begin, grow and end. */

export interface DemoClient {
  /** Also the name of its API key. */
  readonly name: string;
  readonly userAgent: string;
  /** One for each conversation that it holds at the same time. */
  readonly models: readonly string[];
  /** Tells its conversations apart by a header, as Claude Code does. */
  readonly hasSessions: boolean;
}

export const DEMO_CLIENTS: readonly DemoClient[] = [
  {
    name: 'laptop',
    userAgent: 'claude-cli/2.1.330 (external, cli)',
    models: ['claude-opus-5-5', 'claude-sonnet-5'],
    hasSessions: true,
  },
  {
    name: 'editor',
    userAgent: 'claude-cli/2.1.330 (external, sdk-ts)',
    models: ['claude-sonnet-5', 'claude-haiku-4-5'],
    hasSessions: true,
  },
  { name: 'nightly-tests', userAgent: 'Anthropic/JS 1.12.0', models: ['claude-haiku-4-5'], hasSessions: false },
];

export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface Turn {
  readonly client: DemoClient;
  readonly sessionId: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** To be called once it was answered; what was not answered is asked again. */
  answered(): void;
}

export interface Conversation {
  /** The next question, in a conversation of its own when the last one has come to its end. */
  next(): Turn;
}

const QUESTIONS = [
  'Why does this test fail now and then?',
  'Make the message name the key at fault.',
  'Move this into a function of its own.',
  'What happens when the list is empty?',
  'Write a test that shows the bug first.',
  'Is there a simpler way?',
  'Show me who calls this.',
];
const NOTES = 'Names are the words of the field. Time is an argument. Every list has a bound. A test says one thing. ';
/** About six thousand tokens, as a client's instructions and tools are. */
const INSTRUCTIONS = NOTES.repeat(230);
const ANSWER = 'Done: I changed the one line that mattered, and the tests pass. ';
const SHORTEST = 4;
const SPREAD = 7;

/** `serial`: different for each conversation, so that their lengths and questions differ. */
export function createConversation(client: DemoClient, model: string, serial: number): Conversation {
  let begun = 0;
  let messages: readonly Message[] = [];
  const lengthNow = (): number => 2 * (SHORTEST + ((serial + begun) % SPREAD));
  return {
    next() {
      if (begun === 0 || messages.length >= lengthNow()) {
        begun += 1;
        messages = [];
      }
      const content = QUESTIONS[(serial + begun + messages.length) % QUESTIONS.length] ?? '';
      const asked: readonly Message[] = [...messages, { role: 'user', content }];
      return {
        client,
        sessionId: `${client.name}-${serial}-${begun}`,
        body: {
          model,
          max_tokens: 4096,
          stream: client.hasSessions,
          system: [{ type: 'text', text: `For ${client.name}. ${INSTRUCTIONS}`, cache_control: { type: 'ephemeral' } }],
          messages: asked,
        },
        answered() {
          messages = [...asked, { role: 'assistant', content: ANSWER.repeat(4) }];
        },
      };
    },
  };
}
