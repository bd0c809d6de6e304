/** Asks a far end for anything at all, without a credential. */
import type { DurationMs } from '../../core/time.ts';
import type { ReachFacts, Stage } from './check-reach.ts';

const PATIENCE_MS: DurationMs = 5_000;

export async function gatherReach(url: string): Promise<ReachFacts> {
  const sentAt = Date.now();
  try {
    const reply = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    const receivedAt = Date.now();
    await reply.body?.cancel();
    const date = Date.parse(reply.headers.get('date') ?? '');
    const outcome = {
      kind: 'answered',
      status: reply.status,
      date: Number.isNaN(date) ? null : date,
      sentAt,
      receivedAt,
    } as const;
    return { url, outcome };
  } catch (error) {
    const code = codeIn(error);
    return { url, outcome: { kind: 'failed', stage: stageOf(code), code } };
  }
}

/** The system's code, which lies below what fetch throws. */
function codeIn(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at && typeof at.code === 'string') return at.code;
  return 'unknown fault';
}

const UNKNOWN_NAME = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const NO_CONNECTION =
  /^(E(CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|ADDRNOTAVAIL|PIPE)|UND_ERR_SOCKET|UND_ERR_ABORTED|ERR_PROXY_\w+)$/;
const NO_ANSWER = /^(timeout|ETIMEDOUT|UND_ERR_\w+_TIMEOUT)$/;

/** What is neither of the network nor of time comes from TLS: OpenSSL has dozens of codes. */
function stageOf(code: string): Stage {
  if (UNKNOWN_NAME.has(code)) return 'dns';
  if (NO_ANSWER.test(code)) return 'timeout';
  return NO_CONNECTION.test(code) || code === 'unknown fault' ? 'connect' : 'tls';
}
