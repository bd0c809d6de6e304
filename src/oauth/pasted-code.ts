/** Takes apart what people paste after approving: a code, `code#state`, or the whole address of the page they landed on. */

/** Longer than any code or callback address, in characters. */
const MAX_PASTE = 8192;

export interface PastedCode {
  /** Empty when there is none. */
  readonly code: string;
  /** The state that came along; null when there was none. */
  readonly state: string | null;
  /** What the authorization server says instead of a code (RFC 6749 section 4.1.2.1); null when it says nothing of the kind. */
  readonly error: string | null;
}

/** Blanks and line breaks are dropped wherever they are: no code holds any, and terminals wrap. */
export function readPastedCode(pasted: string): PastedCode {
  if (pasted.length > MAX_PASTE) return { code: '', state: null, error: null };
  const text = pasted.replaceAll(/\s+/g, '');
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? fromUrl(new URL(text)) : { code: '', state: null, error: null };
  const [code = '', state = ''] = text.split('#', 2);
  return { code, state: state === '' ? null : state, error: null };
}

function fromUrl({ searchParams }: URL): PastedCode {
  const error = searchParams.get('error');
  return {
    code: searchParams.get('code') ?? '',
    state: searchParams.get('state'),
    error: error?.replaceAll(/[^\w.-]/g, '').slice(0, 80) ?? null,
  };
}
