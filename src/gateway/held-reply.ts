/** An upstream reply whose first bytes are held back, so that they can be judged before the client sees any of them. */
import type { IncomingMessage } from 'node:http';
import type { DurationMs } from '../core/time.ts';

export interface HeldBytes {
  readonly chunks: readonly Buffer[];
  readonly byteLength: number;
}

export type HoldEnd = 'satisfied' | 'full' | 'timed_out' | 'ended' | 'broken';

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
    message.once('error', () => {
      this.#broken = true;
    });
    message.once('close', () => {
      if (!message.complete) this.#broken = true;
    });
  }

  get held(): HeldBytes {
    return { chunks: this.#chunks, byteLength: this.#byteLength };
  }

  /** The body has been read to its proper end. */
  get ended(): boolean {
    return this.#ended;
  }

  get broken(): boolean {
    return this.#broken && !this.#ended;
  }

  /** The held bytes in one piece. */
  bytes(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
  }

  /** Reads on until `enough` is content, a bound is reached, or the reply is over; then pauses. */
  hold(enough: (reply: HeldReply) => boolean, { maxBytes, maxMs }: { maxBytes: number; maxMs: DurationMs }): Promise<HoldEnd> {
    const { message } = this;
    if (this.#ended) return Promise.resolve('ended');
    if (this.broken || message.destroyed) return Promise.resolve(message.complete ? 'ended' : 'broken');
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
      if (enough(this)) finish('satisfied');
      else if (this.#byteLength >= maxBytes) finish('full');
    };
    const onEnd = () => finish('ended');
    const onClose = () => finish(message.complete ? 'ended' : 'broken');
    const timer = setTimeout(() => finish('timed_out'), maxMs);
    message.on('data', onData).once('end', onEnd).once('close', onClose);
    message.resume();
    return promise;
  }
}
