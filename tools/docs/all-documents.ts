/** Every document that is made from the code; `make docs` writes them, a test holds them against it. */
import { cliDocuments } from './cli-docs.ts';
import { configDocuments } from './config-docs.ts';
import type { Document } from './document.ts';
import { metricsDocuments } from './metrics-docs.ts';
import { simulatorDocuments } from './simulator-docs.ts';

export const documents: readonly Document[] = [...cliDocuments, ...configDocuments, ...metricsDocuments, ...simulatorDocuments];
