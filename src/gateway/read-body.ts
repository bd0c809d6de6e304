/** Reads a request's body whole, as the chunks it comes in, within the bounds for one body and for all of them together. */
import type { IncomingMessage } from 'node:http';
import { buffersFull, malformedFraming, tooLarge } from './errors.ts';
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
  /** @throws GatewayError 413 or 503 when a bound is hit, 400 when the client stopped half-way. */
  read(req: IncomingMessage): Promise<HeldBody>;
}

const inMegabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 100) / 100} MB`;

export function createBodyBudget(limits: () => BodyLimits): BodyBudget {
  let held = 0;

  function read(req: IncomingMessage): Promise<HeldBody> {
    const { maxBodyBytes, maxBufferedBytes } = limits();
    const declared = Number(req.headers['content-length'] ?? 0);
    if (declared > maxBodyBytes) return Promise.reject(tooLarge(inMegabytes(maxBodyBytes)));
    if (held + declared > maxBufferedBytes) return Promise.reject(buffersFull());

    let taken = declared;
    held += taken;
    const release = () => {
      held -= taken;
      taken = 0;
    };
    const { promise, resolve, reject } = Promise.withResolvers<HeldBody>();
    const chunks: Buffer[] = [];
    let byteLength = 0;
    const stop = (error: Error) => {
      req.off('data', onData);
      release();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      byteLength += chunk.length;
      if (byteLength > maxBodyBytes) return stop(tooLarge(inMegabytes(maxBodyBytes)));
      const beyondDeclared = byteLength - taken;
      if (beyondDeclared > 0) {
        if (held + beyondDeclared > maxBufferedBytes) return stop(buffersFull());
        held += beyondDeclared;
        taken += beyondDeclared;
      }
      chunks.push(chunk);
    };
    req.on('data', onData);
    req.once('end', () => resolve({ chunks, byteLength, release }));
    req.once('error', () => stop(malformedFraming()));
    req.once('close', () => {
      if (!req.complete) stop(malformedFraming());
    });
    return promise;
  }

  return {
    get heldBytes() {
      return held;
    },
    read,
  };
}
