/** Reads a request's body whole, as the chunks it comes in, within the bounds for one body and for all of them together. */
import type { IncomingMessage } from 'node:http';
import { buffersFull, type GatewayError, malformedFraming, tooLarge } from './errors.ts';
import type { RequestBody } from './hop.ts';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxBufferedBytes: number;
}

export interface HeldBody extends RequestBody {
  /** Gives the memory back to the budget; further calls do nothing. */
  release(): void;
}

/** Counts the bytes of all bodies that are held at once. */
export interface BodyBudget {
  readonly heldBytes: number;
  /**
   * Rejects with a GatewayError: 413 and 503 as soon as a bound is known to be passed, before the body is read where its length
   * is declared; 400 when the client stopped half-way. What is unread then stays unread: whoever answers ends the connection.
   */
  read(req: IncomingMessage): Promise<HeldBody>;
}

const inMegabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 100) / 100} MB`;

export function createBodyBudget(limits: () => BodyLimits): BodyBudget {
  let held = 0;

  /** A share of the budget, given back at once and only once. */
  function share() {
    let taken = 0;
    return {
      /** Grows to `bytes`; false when the budget has not that much left. */
      growTo(bytes: number, maxBufferedBytes: number): boolean {
        if (bytes <= taken) return true;
        if (held + bytes - taken > maxBufferedBytes) return false;
        held += bytes - taken;
        taken = bytes;
        return true;
      },
      release() {
        held -= taken;
        taken = 0;
      },
    };
  }

  function read(req: IncomingMessage): Promise<HeldBody> {
    const { maxBodyBytes, maxBufferedBytes } = limits();
    const declared = Number(req.headers['content-length'] ?? 0);
    if (declared > maxBodyBytes) return Promise.reject(tooLarge(inMegabytes(maxBodyBytes)));
    const { growTo, release } = share();
    if (!growTo(declared, maxBufferedBytes)) return Promise.reject(buffersFull());

    const { promise, resolve, reject } = Promise.withResolvers<HeldBody>();
    const chunks: Buffer[] = [];
    let byteLength = 0;
    const leave = () => req.off('data', onData).off('end', onEnd).off('close', onClose);
    const stop = (error: GatewayError) => {
      leave();
      req.pause();
      release();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      byteLength += chunk.length;
      if (byteLength > maxBodyBytes) stop(tooLarge(inMegabytes(maxBodyBytes)));
      else if (!growTo(byteLength, maxBufferedBytes)) stop(buffersFull());
      else chunks.push(chunk);
    };
    const onEnd = () => {
      leave();
      resolve({ chunks, byteLength, release });
    };
    const onClose = () => stop(malformedFraming());
    if (req.destroyed) {
      onClose();
      return promise;
    }
    req.on('data', onData).once('end', onEnd).once('close', onClose);
    return promise;
  }

  return {
    get heldBytes() {
      return held;
    },
    read,
  };
}
