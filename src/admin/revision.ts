/** Two who change the same thing at once: the second, who did not know of the first, is told instead of winning (RFC 9110 section 13.1.1). */
import type { Request, Response } from 'express';
import { AdminError } from './admin-error.ts';

interface Revised {
  readonly name: string;
  readonly revision: number;
}

/** Also `W/"…"`: proxies weaken tags, and here only the number counts. */
const TAG = /^(?:W\/)?"(\d{1,15})"$/;

/** @throws AdminError 412 when the request names revisions and the thing has another one */
export function refuseStale(req: Request, { name, revision }: Revised): void {
  const wanted = req.get('if-match')?.trim();
  if (wanted === undefined || wanted === '*') return;
  const isNamed = wanted.split(',').some((tag) => Number(TAG.exec(tag.trim())?.[1]) === revision);
  if (!isNamed)
    throw new AdminError(412, 'precondition_failed', `"${name}" was changed meanwhile. Fetch it again, and repeat the change.`);
}

/** The reply says which revision it shows. */
export function tellRevision<T extends { readonly revision: number }>(res: Response, view: T): T {
  res.set('etag', `"${view.revision}"`);
  return view;
}
