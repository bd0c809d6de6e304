/** An upstream reply whose first bytes are held back, so that they can be judged before the client sees any of them. */
import type { IncomingMessage } from 'node:http';
import type { DurationMs } from '../core/time.ts';

export type HoldEnd = 'satisfied' | 'full' | 'timed_out' | 'ended' | 'broken';

export interface HoldBounds {
  readonly maxBytes: number;
  readonly maxMs: DurationMs;
}

export class HeldReply {
  readonly message: IncomingMessage;
  readonly #chunks: Buffer[] = [];
  #byteLength = 0;
  #ended = false;

  constructor(message: IncomingMessage) {
    this.message = message;
    // Whoever reads learns of it in other ways; unheard, it would end the process.
    message.on('error', () => undefined);
  }

  /** What was held, in the pieces in which it came. */
  get chunks(): readonly Buffer[] {
    return this.#chunks;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  /** The body has been read to its proper end. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The connection broke before the body's end, or somebody gave the reply up. */
  get broken(): boolean {
    return !this.#ended && this.message.destroyed;
  }

  /** The held bytes in one piece. */
  bytes(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
  }

  /** Reads on until a chunk is `enough`, a bound is reached, or the reply is over; then pauses. May be called again. */
  hold(enough: (chunk: Buffer) => boolean, { maxBytes, maxMs }: HoldBounds): Promise<HoldEnd> {
    const { message } = this;
    if (this.broken) return Promise.resolve('broken');
    if (this.#ended) return Promise.resolve('ended');
    const take = (chunk: Buffer): HoldEnd | null => {
      this.#chunks.push(chunk);
      this.#byteLength += chunk.length;
      return enough(chunk) ? 'satisfied' : this.#byteLength >= maxBytes ? 'full' : null;
    };
    const early = this.#takeWhatHasCome(take);
    if (early) return Promise.resolve(early);
    const { promise, resolve } = Promise.withResolvers<HoldEnd>();
    const finish = (end: HoldEnd) => {
      clearTimeout(timer);
      message.off('data', onData).off('end', onEnd).off('close', onClose);
      message.pause();
      resolve(end);
    };
    const onData = (chunk: Buffer) => {
      const end = take(chunk);
      if (end) finish(end);
    };
    const onEnd = () => {
      this.#ended = true;
      finish('ended');
    };
    const onClose = () => finish('broken');
    const timer = setTimeout(() => finish('timed_out'), maxMs);
    message.on('data', onData).once('end', onEnd).once('close', onClose);
    message.resume();
    return promise;
  }

  /**
   * Mostly the head comes together with all that is needed: listeners and a round of the event loop are then saved. Who wants all of it
   * has to wait for the end itself, because only then is the connection free for the next attempt.
   */
  #takeWhatHasCome(take: (chunk: Buffer) => HoldEnd | null): HoldEnd | null {
    const { message } = this;
    let end: HoldEnd | null = null;
    while (end === null) {
      const chunk = message.read() as Buffer | null;
      if (chunk === null) break;
      end = take(chunk);
    }
    this.#ended ||= message.complete && message.readableLength === 0;
    return end;
  }
}
