/** Listens to server-sent events over a real connection, and checks every event against its schema. */
import { type EventType, eventSchemas } from '../../src/contract/events.ts';

export interface HeardEvent {
  readonly id: string;
  readonly type: EventType;
  // biome-ignore lint/suspicious/noExplicitAny: read field by field in tests, checked against the event's schema here
  readonly data: any;
}

export interface EventConsumer {
  readonly status: number;
  /** Everything that was heard so far. */
  readonly heard: readonly HeardEvent[];
  /** Comments that were heard so far. */
  readonly comments: number;
  /** The first event from now on, or among those heard already, that fits. Rejects when the stream ends before. */
  until(fits: (event: HeardEvent) => boolean): Promise<HeardEvent>;
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  leave(): Promise<void>;
}

export async function listenTo(url: string, headers: Readonly<Record<string, string>>): Promise<EventConsumer> {
  const leaving = new AbortController();
  const reply = await fetch(`${url}/api/events`, { headers, signal: leaving.signal });
  const heard: HeardEvent[] = [];
  const lookers = new Set<() => void>();
  let comments = 0;
  let isOver = false;
  const take = (block: string) => {
    if (block.startsWith(':')) comments += 1;
    const [, id = '', type = '', data = ''] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
    if (type !== '') heard.push({ id, type: type as EventType, data: eventSchemas[type as EventType].parse(JSON.parse(data)) });
    for (const look of [...lookers]) look();
  };
  const ended = read(reply, take).finally(() => {
    isOver = true;
    for (const look of [...lookers]) look();
  });
  return {
    status: reply.status,
    heard,
    get comments() {
      return comments;
    },
    until(fits) {
      const { promise, resolve, reject } = Promise.withResolvers<HeardEvent>();
      const look = () => {
        const found = heard.find(fits);
        if (!found && !isOver) return;
        lookers.delete(look);
        if (found) resolve(found);
        else reject(new Error(`the stream ended after ${heard.map(({ type }) => type).join(', ')}`));
      };
      lookers.add(look);
      look();
      return promise;
    },
    ended,
    async leave() {
      leaving.abort();
      await ended;
    },
  };
}

/** Resolves at the end of the stream, however it comes. */
async function read(reply: Response, take: (block: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
      const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  } catch {
    // Cut, or left by us.
  }
}
