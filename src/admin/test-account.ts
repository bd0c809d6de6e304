/** Asks the upstream on one account, now and because a person wants to know. What it answers changes no status. */
import type { AccountPool } from '../accounts/account-pool.ts';
import type { ProbeSettings } from '../accounts/probe-account.ts';
import { upstreamCredential } from '../accounts/probe-account.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import type { Account } from '../core/account.ts';
import { readRateLimits } from '../core/rate-limit-headers.ts';
import type { DurationMs, Now } from '../core/time.ts';
import { readError } from '../gateway/read-error.ts';
import { boundedBody } from '../oauth/bounded-reply.ts';
import { redactText } from '../observability/redact.ts';

export interface TestAccountDeps {
  readonly pool: Pick<AccountPool, 'noteWindows'>;
  readonly tokens: Pick<TokenManager, 'ensureFresh'>;
  readonly probeSettings: () => ProbeSettings;
  readonly now: Now;
}

export interface TestOutcome {
  readonly result: 'ok' | 'failed';
  /** The upstream's; null when there was no answer, or nothing was sent. */
  readonly status: number | null;
  readonly errorType: string | null;
  readonly message: string;
  readonly durationMs: DurationMs;
}

const MAX_ERROR_BYTES = 64 * 1024;

/** Without a model the smallest request that costs nothing; with one, an answer of one token. Refreshes the account's token first where that is due. */
export async function testAccount(deps: TestAccountDeps, account: Account, model: string | null): Promise<TestOutcome> {
  const startedAt = deps.now();
  const answer = await ask(deps, account, model);
  return { ...answer, durationMs: Math.max(0, deps.now() - startedAt) };
}

type Answer = Omit<TestOutcome, 'durationMs'>;

const failed = (message: string, more: Partial<Answer> = {}): Answer => ({
  result: 'failed',
  status: null,
  errorType: null,
  message,
  ...more,
});

async function ask(
  { pool, tokens, probeSettings, now }: TestAccountDeps,
  account: Account,
  model: string | null,
): Promise<Answer> {
  const token = await tokens.ensureFresh(account.id);
  if (token.kind === 'unusable') return failed(`Nothing was sent: ${redactText(token.message)}.`);
  const { secret } = token;
  try {
    const reply = await send({ ...account, secret }, model, probeSettings());
    const { windows } = readRateLimits(Object.fromEntries(reply.headers), now());
    if (windows.length > 0) pool.noteWindows(account.id, windows);
    if (reply.ok) {
      await reply.body?.cancel();
      const message = model === null ? 'The upstream accepts the credential.' : `The account answered for ${model}.`;
      return { result: 'ok', status: reply.status, errorType: null, message };
    }
    const said = readError(Buffer.from((await boundedBody(reply, MAX_ERROR_BYTES)) ?? []), null);
    const words = redactText(said.message.replaceAll(secret, '[secret]')) || `The upstream answered ${reply.status}.`;
    return failed(words, { status: reply.status, errorType: said.errorType });
  } catch (error) {
    return failed(`The upstream gave no answer: ${error instanceof DOMException ? 'not in time' : 'the connection broke'}.`);
  }
}

type Credential = Pick<Account, 'kind'> & { readonly secret: string };

function send(credential: Credential, model: string | null, { baseUrl, oauthBeta, timeoutMs }: ProbeSettings): Promise<Response> {
  const headers = upstreamCredential(credential, oauthBeta);
  // A credential is never carried to another address.
  const common = { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) } as const;
  if (model === null) return fetch(`${baseUrl}/v1/models?limit=1`, { ...common, headers });
  const body = JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] });
  return fetch(`${baseUrl}/v1/messages`, {
    ...common,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
}
