/** Whether the compiler sees every file: one that no project includes could say anything, and `tsc --build` would be content. */
import { relative, sep } from 'node:path';
import { type Check, resultOf } from './check.ts';
import { runProgram } from './run-program.ts';
import { listFiles, readText } from './tree.ts';

export const typeCoverageCheck: Check = {
  name: 'types are checked',
  run: async (root) => {
    const { references = [] } = JSON.parse(readText(root, 'tsconfig.json')) as { references?: { path: string }[] };
    const projects = await Promise.all(references.map(({ path }) => filesOf(root, path)));
    const seen = new Set(projects.flat());
    const files = listFiles(root).filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'));
    const violations = files
      .filter((file) => !seen.has(file))
      .map((where) => ({
        rule: 'every-file-has-its-types-checked',
        where,
        message: 'is in no project that tsconfig.json refers to',
      }));
    return resultOf(violations, { count: files.length, what: 'files' });
  },
};

async function filesOf(root: string, project: string): Promise<string[]> {
  const { output } = await runProgram('tsc', ['-p', project, '--listFilesOnly'], root);
  return output.split('\n').map((file) => relative(root, file.trim()).split(sep).join('/'));
}
