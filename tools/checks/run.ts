/** `make check`: runs every check on this tree. Exit code 1 when one of them found a fault. */
import { join } from 'node:path';
import { runChecks } from './all-checks.ts';

const root = join(import.meta.dirname, '../..');
if (!(await runChecks(root, (line) => process.stdout.write(`${line}\n`)))) process.exitCode = 1;
