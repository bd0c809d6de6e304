/** Lets tests load the dashboard's modules as they are: Node itself does not know the beginnings of their paths. */
import { registerHooks } from 'node:module';

const ROOTS: Readonly<Record<string, string>> = {
  '@/': new URL('../../frontend/src/', import.meta.url).href,
  '@contract/': new URL('../../src/contract/', import.meta.url).href,
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    const alias = Object.keys(ROOTS).find((start) => specifier.startsWith(start));
    if (alias === undefined) return nextResolve(specifier, context);
    return nextResolve(new URL(specifier.slice(alias.length), ROOTS[alias]).href, context);
  },
});
