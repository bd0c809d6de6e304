/**
 * Batches and files live in the account that made them: what a request wants of them, read from its method and path. Pure.
 */

export type ResourceKind = 'batch' | 'file';

export type ResourceUse =
  | { readonly does: 'create' | 'list'; readonly kind: ResourceKind }
  /** About one that exists. `part`: what of it, null for the thing itself. */
  | { readonly does: 'use'; readonly kind: ResourceKind; readonly id: string; readonly part: string | null };

const PATH = /^\/v1\/(messages\/batches|files)(?:\/([^/]+)(?:\/([^/]+))?)?$/;

/** Null for requests that are about neither. `path` is the request target without its query. */
export function resourceUse(method: string, path: string): ResourceUse | null {
  const match = PATH.exec(path);
  if (!match) return null;
  const [, tree, id, part = null] = match;
  const kind = tree === 'files' ? 'file' : 'batch';
  if (id !== undefined) return { does: 'use', kind, id, part };
  return { does: method === 'POST' ? 'create' : 'list', kind };
}

/** Does a reply about it tell a URL of the upstream, under which nobody but its owner could fetch the results? */
export const namesResultsUrl = ({ kind, ...use }: ResourceUse): boolean =>
  kind === 'batch' && (use.does === 'create' || (use.does === 'use' && use.part !== 'results'));

/** `results_url` of a batch, moved to `origin`. Anything that is no batch stays as it is. */
export function withOwnResultsUrl(body: string, origin: string): string {
  return body.replace(
    /("results_url"\s*:\s*")https?:\/\/[^"/]+(\/v1\/messages\/batches\/[^"/]+\/results")/,
    (_, before: string, path: string) => `${before}${origin}${path}`,
  );
}

/** The files that a request's body names, each once. Escaped quotes keep mentions within a text from counting. */
export function filesNamed(body: string): readonly string[] {
  return [...new Set([...body.matchAll(/"file_id"\s*:\s*"(file_[A-Za-z0-9_-]{1,200})"/g)].map(([, id = '']) => id))];
}
