/** Asks the upstream whether a credential is good, with the smallest request there is: the proof for kinds that cannot be refreshed. */
import type { AccountKind } from '../core/account.ts';
import type { DurationMs } from '../core/time.ts';

export type ProbeAnswer =
  /** 2xx: the credential serves. */
  | { readonly kind: 'accepted' }
  /** Any other answer; it proves nothing good. */
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unreachable'; readonly message: string };

export type ProbeAccount = (credential: { readonly kind: AccountKind; readonly secret: string }) => Promise<ProbeAnswer>;

export interface ProbeSettings {
  /** Origin of the upstream, without a trailing slash (`claude.base_url`). */
  readonly baseUrl: string;
  /** The `anthropic-beta` value that OAuth credentials need (`claude.oauth_beta`). */
  readonly oauthBeta: string;
  readonly timeoutMs: DurationMs;
}

const API_VERSION = '2023-06-01';

/** The header fields of a request of our own; the secret is among them. */
export const upstreamCredential = (
  { kind, secret }: { readonly kind: AccountKind; readonly secret: string },
  oauthBeta: string,
): Readonly<Record<string, string>> => ({
  ...(kind === 'api_key' ? { 'x-api-key': secret } : { authorization: `Bearer ${secret}`, 'anthropic-beta': oauthBeta }),
  'anthropic-version': API_VERSION,
  accept: 'application/json',
});

export const createProbeAccount =
  (settings: () => ProbeSettings): ProbeAccount =>
  async (credential) => {
    const { baseUrl, oauthBeta, timeoutMs } = settings();
    try {
      const reply = await fetch(`${baseUrl}/v1/models?limit=1`, {
        headers: upstreamCredential(credential, oauthBeta),
        // A credential is never carried to another address.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await reply.body?.cancel();
      return reply.ok ? { kind: 'accepted' } : { kind: 'refused', status: reply.status };
    } catch (error) {
      return { kind: 'unreachable', message: unreachable(error) };
    }
  };

function unreachable(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'the connection broke';
}
