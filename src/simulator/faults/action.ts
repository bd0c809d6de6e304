/** What a fault comes down to: the few things that the sender of replies can do instead of, before, or in the course of a good reply. */
import type { ServerEvent } from '../server-event.ts';
import type { Headers } from '../wire.ts';

/** `reset`: the other side sees a reset (RST). `close`: an end (FIN) where none should be. */
export type Break = 'reset' | 'close';

/** One thing after the other, while a body is sent. */
export type Step =
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'bytes'; readonly bytes: string | Buffer }
  | { readonly kind: 'pause'; readonly ms: number }
  /** Until it is released. */
  | { readonly kind: 'hold' }
  | { readonly kind: 'break'; readonly how: Break };

/** A body that is sent otherwise than in one go and in order. */
export interface Shape {
  /** Added to the head. */
  readonly headers?: Headers;
  /** Absent: as usual. */
  readonly stream?: (events: readonly ServerEvent[]) => Iterable<Step>;
  /** Of a reply that is no stream; absent: as usual. */
  readonly message?: (text: string) => Iterable<Step>;
}

export type Action =
  /** Takes the place of the reply. `body`: text as it stands, or an error of the API. */
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Headers;
      readonly body: string | { readonly type: string; readonly message: string; readonly details?: object };
    }
  /** Takes the place of the reply: 200 and these events. */
  | { readonly kind: 'events'; readonly before: string; readonly events: readonly ServerEvent[] }
  /** Takes the place of the reply: bytes as they stand, head and all, and the end of the connection. */
  | { readonly kind: 'raw'; readonly bytes: string }
  /** Ends the connection without any byte; `onlyReused`: only one that has carried a request before. */
  | { readonly kind: 'break'; readonly how: Break; readonly onlyReused: boolean }
  /** Waits before the head; null: until it is released. */
  | { readonly kind: 'wait'; readonly ms: number | null }
  /** Interim replies before the good one (RFC 9110 section 15.2). */
  | { readonly kind: 'interim'; readonly status: 100 | 102 | 103; readonly times: number }
  /** A stream is asked for, JSON is answered. */
  | { readonly kind: 'unstreamed' }
  | { readonly kind: 'shape'; readonly shape: Shape };
