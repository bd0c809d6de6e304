/** Every document that is made from the code; `make docs` writes them, a test holds them against it. */
import { configDocuments } from './config-docs.ts';
import type { Document } from './document.ts';
import { simulatorDocuments } from './simulator-docs.ts';

export const documents: readonly Document[] = [...configDocuments, ...simulatorDocuments];
