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
  #broken = false;

  constructor(message: IncomingMessage) {
    this.message = message;
    message.once('end', () => {
      this.#ended = true;
    });
    message.on('error', () => {
      this.#broken = true;
    });
    message.once('close', () => {
      if (!message.complete) this.#broken = true;
    });
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
    return !this.#ended && (this.#broken || this.message.destroyed);
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
    const { promise, resolve } = Promise.withResolvers<HoldEnd>();
    const finish = (end: HoldEnd) => {
      clearTimeout(timer);
      message.off('data', onData).off('end', onEnd).off('close', onClose);
      message.pause();
      resolve(end);
    };
    const onData = (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#byteLength += chunk.length;
      if (enough(chunk)) finish('satisfied');
      else if (this.#byteLength >= maxBytes) finish('full');
    };
    const onEnd = () => finish('ended');
    const onClose = () => finish('broken');
    const timer = setTimeout(() => finish('timed_out'), maxMs);
    message.on('data', onData).once('end', onEnd).once('close', onClose);
    message.resume();
    return promise;
  }
}
