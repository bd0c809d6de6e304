/** Trees of a test's own in a temporary folder, with the project's real settings where a test asks for them. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const projectRoot = join(import.meta.dirname, '../../..');

export interface PlantedTree {
  readonly root: string;
  /** Adds files, or replaces them. */
  plant(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

/** A tree of the given files. `copied` names files of this project to put in as they are; installed packages are always there. */
export function plantTree(files: Readonly<Record<string, string>>, copied: readonly string[] = []): PlantedTree {
  const root = mkdtempSync(join(tmpdir(), 'headgate-planted-'));
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  for (const file of copied) cpSync(join(projectRoot, file), join(root, file), { recursive: true });
  const plant = (more: Readonly<Record<string, string>>): void => {
    for (const [file, text] of Object.entries(more)) {
      mkdirSync(dirname(join(root, file)), { recursive: true });
      writeFileSync(join(root, file), text);
    }
  };
  plant(files);
  return { root, plant, remove: () => rmSync(root, { recursive: true }) };
}
