/** Clients that ask without end, until the server dies under them. */
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { aMessage } from '../support/start-app.ts';

export interface Served {
  whole: number;
  /** Broken off by a kill. */
  broken: number;
  /** Told that nobody can serve now. */
  refused: number;
}

export interface ClientOptions {
  readonly url: string;
  readonly key: string;
  readonly isKilled: () => boolean;
  readonly served: Served;
  readonly onReply: () => void;
}

/** Long enough to leave the processor to the server now and then. */
const PAUSE_MS = 5;
/** Nobody may be able to serve for a moment: all tokens just ended, or all logins are lost. */
const REFUSALS = new Set([429, 503]);

export async function askUntilKilled(options: ClientOptions, streams: boolean): Promise<void> {
  const { isKilled, served } = options;
  while (!isKilled()) {
    try {
      const status = await ask(options, streams);
      if (status === 200) served.whole += 1;
      else served.refused += 1;
      options.onReply();
      assert.ok(status === 200 || REFUSALS.has(status), `a request was answered with ${status}`);
    } catch (error) {
      if (!isKilled() || error instanceof assert.AssertionError) throw error;
      served.broken += 1;
    }
    await setTimeout(PAUSE_MS);
  }
}

/** One request. A reply that says it is whole has to be. */
export async function ask({ url, key }: Pick<ClientOptions, 'url' | 'key'>, streams: boolean): Promise<number> {
  const reply = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ ...aMessage, stream: streams }),
  });
  const text = await reply.text();
  if (reply.status === 200 && streams) assert.match(text, /event: message_stop/);
  else assert.ok(typeof JSON.parse(text) === 'object');
  return reply.status;
}
