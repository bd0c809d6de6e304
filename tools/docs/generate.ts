/** Writes what is made from the code: `node tools/docs/generate.ts` from anywhere. Exit code 1 when a file could not be brought up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './all-documents.ts';

const root = join(import.meta.dirname, '../..');

/** The text of a file, or nothing when it does not exist yet. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

for (const { file, render } of documents) {
  const path = join(root, file);
  const current = read(path);
  try {
    const wanted = render(current);
    if (wanted !== current) writeFileSync(path, wanted);
    process.stdout.write(`${file}: ${wanted === current ? 'up to date' : 'written'}\n`);
  } catch (error) {
    process.stderr.write(`${file}: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
