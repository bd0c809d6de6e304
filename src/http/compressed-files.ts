/** Serves files in the smallest form that the build made of them and the client reads. */
import express, { type RequestHandler, type Response } from 'express';

type FileOptions = NonNullable<Parameters<typeof express.static>[1]>;

/** What the build may have written beside a file, the smaller first; the same endings are in frontend/compress.ts. */
const VARIANTS = [
  { coding: 'br', ending: '.br' },
  { coding: 'gzip', ending: '.gz' },
] as const;

/**
 * A file is served as `name.br` or `name.gz` where that is there and the client accepts the coding, else as it is. Each form has a tag of
 * its own (RFC 9110 §8.8.3), as the forms differ in size. The compressed forms themselves are no addresses.
 */
export function serveCompressed(folder: string, options: FileOptions): RequestHandler {
  const serve = express.static(folder, { ...options, index: false, redirect: false, setHeaders: nameCoding });
  return (req, res, next) => {
    if (VARIANTS.some(({ ending }) => req.path.endsWith(ending))) return next();
    res.vary('accept-encoding');
    const plain = req.url;
    const accepted = VARIANTS.filter(({ coding }) => req.acceptsEncodings(coding) !== false);
    const candidates = [...accepted.map(({ ending }) => withEnding(plain, ending)), plain];
    const serveFirst = (): void => {
      req.url = candidates.shift() ?? plain;
      serve(req, res, (error?: unknown) => {
        if (error === undefined && candidates.length > 0) return serveFirst();
        req.url = plain;
        next(error);
      });
    };
    serveFirst();
  };
}

/** The address of a variant: the ending belongs to the path, before a query. */
const withEnding = (url: string, ending: string): string => url.replace(/^[^?]*/, (path) => path + ending);

function nameCoding(res: Response, path: string): void {
  const variant = VARIANTS.find(({ ending }) => path.endsWith(ending));
  if (variant === undefined) return;
  res.set('content-encoding', variant.coding);
  res.type(path.slice(0, -variant.ending.length).split('.').at(-1) ?? '');
}
