/** The files of a tree that somebody wrote: all but what was installed, built, measured or stored. Paths have slashes and start at the root. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MADE_BY_MACHINES = new Set(['.git', '.tsbuild', 'bench/results', 'coverage', 'data', 'dist', 'frontend/dist']);

/** Every written file below `root`, sorted. */
export function listFiles(root: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.name === 'node_modules' || MADE_BY_MACHINES.has(path)) continue;
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile() && !path.endsWith('.log')) found.push(path);
    }
  };
  visit('');
  return found.sort();
}

export function readText(root: string, file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

export function exists(root: string, file: string): boolean {
  return existsSync(join(root, file));
}

/** The line, counted from 1, of a position in a text. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Whether `file` is named by one of the patterns: a path, or a folder with everything below it as `folder/**`. */
export function matches(file: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (!pattern.includes('*')) return file === pattern;
    if (!/^[^*]+\/\*\*$/.test(pattern)) throw new Error(`a pattern is a path or ends in "/**": ${pattern}`);
    return file.startsWith(pattern.slice(0, -2));
  });
}
