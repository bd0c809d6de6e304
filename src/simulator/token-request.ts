/** Reads what is sent to the token endpoint, in the one format or the other. */
import { parseJson } from './wire.ts';

export type TokenRequestFormat = 'json' | 'form' | 'both';

export type TokenRequest =
  | { readonly kind: 'read'; readonly format: 'json' | 'form'; readonly parameters: Readonly<Record<string, string>> }
  | { readonly kind: 'unreadable'; readonly status: number; readonly error: 'invalid_request'; readonly reason: string };

/** `accepted`: other formats are 415, as at the real endpoint. Parameters that are no text are left out. */
export function readTokenRequest(accepted: TokenRequestFormat, contentType: string, text: string): TokenRequest {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json' && accepted !== 'form') {
    const body = parseJson(text);
    if (!body) return { kind: 'unreadable', status: 400, error: 'invalid_request', reason: 'the body is no JSON object' };
    return { kind: 'read', format: 'json', parameters: onlyText(Object.entries(body)) };
  }
  if (type === 'application/x-www-form-urlencoded' && accepted !== 'json')
    return { kind: 'read', format: 'form', parameters: onlyText([...new URLSearchParams(text)]) };
  return { kind: 'unreadable', status: 415, error: 'invalid_request', reason: `wanted: ${accepted}` };
}

const onlyText = (entries: readonly (readonly [string, unknown])[]): Record<string, string> =>
  Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
