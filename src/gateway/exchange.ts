/** One client request on its way: what each step of the walk leaves for the next, and for the record at the end. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiKey } from '../api-keys/api-key.ts';
import type { DurationMs, EpochMs } from '../core/time.ts';
import type { AttemptRecord, RequestOutcome, TokenUsage } from '../requests/request-record.ts';
import type { RunningRequest } from '../sessions/client-session.ts';
import type { Leaving } from './leaving.ts';
import type { HeldBody } from './read-body.ts';

/** What the configuration said when the request came: a change meanwhile is for the next one. */
export interface GatewaySettings {
  readonly policy: string;
  readonly moveCold: boolean;
  readonly affinity: 'conversation' | 'none';
  readonly unknownPaths: 'relay' | 'refuse';
}

export interface Exchange extends RunningRequest {
  /** `hgr_…` */
  readonly id: string;
  readonly correlationId: string | null;
  readonly startedAt: EpochMs;
  readonly settings: GatewaySettings;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Aborted when the client leaves before it has its answer. */
  readonly clientGone: Leaving;
  readonly method: string;
  /** Without query, as authorised. */
  path: string;
  /** Path and query for the upstream, byte for byte. */
  target: string;
  /** Null on a server that asks for no client keys. */
  apiKey: ApiKey | null;
  /** Without its chunks once a reply is relayed. */
  body: HeldBody;
  model: string | null;
  /** Names the conversation, for affinity; null when the request belongs to none. */
  conversation: string | null;
  /** How long the prompt cache that this request leaves behind lives. */
  cacheMs: DurationMs;
  /** The account that owns what the request is about (a batch, a file); null: any account may serve. */
  owner: string | null;
  /** It had to wait for an account to come free. */
  waited: boolean;
  readonly attempts: AttemptRecord[];
  /** A streamed reply is being relayed. */
  isStreaming: boolean;
  /** The account that the request is on now, or was on last. */
  account: { readonly id: string; readonly name: string } | null;
  /** The operator ended it before its time. */
  isCut: boolean;
  /** Absent for all but the few requests whose answer is kept, or changed. `change` is told which account answered. */
  copy?: (chunk: Buffer) => void;
  change?: (body: Buffer, accountId: string) => Promise<Buffer>;
  /** How the exchange ended; set once, by the step that ended it. */
  end: ExchangeEnd | null;
}

export interface ExchangeEnd {
  readonly outcome: RequestOutcome;
  readonly status: number;
  readonly errorType: string | null;
  readonly streamed: boolean;
  readonly usage: TokenUsage | null;
  readonly responseBytes: number;
  readonly firstByteAt: EpochMs | null;
}
