/**
 * One try at the upstream, as the rest of the gateway sees it. Types only: who carries the bytes is the business of
 * `forward.ts`, so that the account choice, the replay and the metering do not know the proxy library.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccountKind } from '../core/account.ts';
import type { ReplyFacts } from '../core/reply-facts.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';
import type { TokenUsage } from '../requests/request-record.ts';
import type { Leaving } from './leaving.ts';

/** A whole request body, kept as the chunks it came in, so that it can be sent again without a copy. */
export interface RequestBody {
  readonly chunks: readonly Buffer[];
  readonly byteLength: number;
}

export interface HopRequest {
  /** The client's request. Its headers are already clean: no hop-by-hop, no credential (`clean-headers.ts`). */
  readonly req: IncomingMessage;
  /** Path and query for the upstream, byte for byte. */
  readonly target: string;
  readonly body: RequestBody;
  readonly kind: AccountKind;
  /** The account's secret: sent as Bearer, for `api_key` accounts as `x-api-key`. */
  readonly secret: string;
  /** Is the path one where an empty or HTML 2xx means that something else than the API answered? */
  readonly promisesJson: boolean;
  /** Aborted when the client leaves; ends the upstream request at once. */
  readonly clientGone: Leaving;
}

/** How passing a reply on ended. */
export interface RelayEnd {
  readonly kind: 'complete' | 'cut' | 'client_gone';
  /** Body bytes handed to the client. */
  readonly bytes: number;
  readonly firstByteAt: EpochMs | null;
  readonly usage: TokenUsage | null;
}

/** Who looks at a relayed body, or changes it. */
export interface RelayTaps {
  /** Gets every byte as well. */
  readonly copy?: (chunk: Buffer) => void;
  /** Gets a successful JSON body whole and gives what the client gets instead. */
  readonly change?: (body: Buffer) => Promise<Buffer>;
}

/** An upstream reply of which nothing has reached the client yet. Exactly one of `relay`, `read` and `discard` must be called. */
export interface UpstreamReply {
  readonly facts: ReplyFacts;
  /** The HTTP status on the wire; differs from `facts.status` for a stream whose first event is an error. */
  readonly status: number;
  readonly streamed: boolean;
  readonly requestId: string | null;
  /** Streams the reply to the client as it comes, back-pressure respected. Resolves when it is over, never rejects. */
  relay(res: ServerResponse, added: Readonly<Record<string, string>>, taps?: RelayTaps): Promise<RelayEnd>;
  /** The whole body instead; null when it is larger than `maxBytes`, or breaks off. */
  read(maxBytes: number): Promise<Buffer | null>;
  /** Throws the reply away without harm to the pooled connection. */
  discard(): void;
}

export type HopResult =
  | { readonly kind: 'reply'; readonly reply: UpstreamReply }
  | { readonly kind: 'not_sent' | 'stale_socket' | 'broken' | 'no_reply_in_time' | 'client_gone' };

export interface Hop {
  /** Sends the request once. Never rejects: every way it can end is a value. */
  send(request: HopRequest): Promise<HopResult>;
  /** Ends idle upstream connections. */
  close(): void;
}

export interface HopTimeouts {
  readonly connectMs: DurationMs;
  /** Until the reply's head. */
  readonly responseMs: DurationMs;
  /** Longest silence within a reply's body. */
  readonly streamIdleMs: DurationMs;
}
