/** The real disk, until a test makes one of its operations fail. */
import { type FileSystem, type LogFiles, type NewFile, nodeFileSystem } from '../../src/storage/file-system.ts';

export interface Trouble {
  /** The operating system's word: `ENOSPC`, `EIO`, … */
  readonly code: string;
  readonly at: 'create' | 'write' | 'sync' | 'rename' | 'syncFolder';
}

export interface TroubledDisk {
  readonly fs: FileSystem & LogFiles;
  /** While it is set, the operation fails. */
  trouble: Trouble | null;
  /** How often a file was synchronized after that had failed: what a kernel then says is not to be believed. */
  readonly secondSyncs: number;
}

export function troubledDisk(): TroubledDisk {
  let secondSyncs = 0;
  const failAt = (at: Trouble['at']): void => {
    if (disk.trouble?.at === at) throw Object.assign(new Error(disk.trouble.code), { code: disk.trouble.code });
  };
  const troubled = (file: NewFile): NewFile => {
    let hasFailed = false;
    return {
      async write(bytes) {
        failAt('write');
        await file.write(bytes);
      },
      async sync() {
        if (hasFailed) secondSyncs += 1;
        hasFailed = disk.trouble?.at === 'sync';
        failAt('sync');
        await file.sync();
      },
      close: () => file.close(),
    };
  };
  const disk = {
    trouble: null as Trouble | null,
    get secondSyncs() {
      return secondSyncs;
    },
    fs: {
      ...nodeFileSystem,
      async create(path: string) {
        failAt('create');
        return troubled(await nodeFileSystem.create(path));
      },
      async append(path: string) {
        const file = await nodeFileSystem.append(path);
        const { write, sync } = troubled(file);
        return { ...file, write, sync };
      },
      async rename(from: string, to: string) {
        failAt('rename');
        await nodeFileSystem.rename(from, to);
      },
      async syncFolder(folder: string) {
        failAt('syncFolder');
        await nodeFileSystem.syncFolder(folder);
      },
    },
  };
  return disk;
}
