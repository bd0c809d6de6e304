/** What somebody has pasted after approving: said before it is sent, so that a slip can be put right at once. */
import { readPastedCode } from '../oauth/pasted-code.ts';

export type Recognition =
  | { readonly kind: 'code'; readonly words: string }
  /** It cannot be sent; `words` say what it is, and what to paste instead. */
  | { readonly kind: 'unfit'; readonly words: string };

/** `state`: of the login that the person was sent to approve. */
export function recogniseCode(pasted: string, state: string): Recognition {
  const { code, state: found, error } = readPastedCode(pasted);
  if (error !== null) return { kind: 'unfit', words: `The page says "${error}": open the address again and approve.` };
  if (code === '')
    return { kind: 'unfit', words: 'There is no code in that. Paste the code, or the whole address of the page that shows it.' };
  if (found !== null && found !== state)
    return {
      kind: 'unfit',
      words: 'That code belongs to another login. Open the address above, and paste the code that it leads to.',
    };
  const isAddress = /^\s*https?:/i.test(pasted);
  return {
    kind: 'code',
    words: isAddress ? 'the address of the page, with a code in it' : found === null ? 'a code' : 'a code with its state',
  };
}
