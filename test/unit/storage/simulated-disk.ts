/**
 * A disk in memory that forgets what was not synchronized, for enumerating crashes and power cuts.
 *
 * The harshest reading of POSIX: of the names changed since the folder was last synchronized any subset may have reached the disk,
 * in whatever combination, and of bytes that were not synchronized all, none, or the first part.
 */
import { basename, join } from 'node:path';
import type { FileContent, FileSystem, NewFile } from '../../../src/storage/file-system.ts';

interface Inode {
  text: string;
  synced: string;
  mode: number;
}

type NameChange = { readonly set?: readonly [string, Inode]; readonly remove?: string };

/** The process is dead: nothing it does any more has an effect. */
class CrashError extends Error {}

export const osError = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/** What a power cut leaves of bytes that were never synchronized. */
const LOSSES: readonly ((inode: Inode) => string)[] = [
  ({ text }) => text,
  ({ synced }) => synced,
  ({ text, synced }) => (text === synced ? text : text.slice(0, Math.floor(text.length / 2))),
  ({ text, synced }) => (text === synced ? text : text.slice(0, text.length - 1)),
];

export class SimulatedDisk implements FileSystem {
  /** The operations so far, as `rename accounts.json`. */
  readonly calls: string[] = [];
  /** Called before each operation with its number and name; what it throws is the operation's failure. */
  beforeCall: (index: number, call: string) => void = () => undefined;
  /** Switched off, the disk acknowledges what it did not do: for showing that the checks can fail. */
  honoursSync = true;
  honoursFolderSync = true;
  #names: Map<string, Inode>;
  #syncedNames: Map<string, Inode>;
  #pending: NameChange[] = [];

  /** `files`: name → content, all of it on the disk. */
  constructor(files: Readonly<Record<string, string>> = {}) {
    this.#names = new Map(Object.entries(files).map(([name, text]) => [name, { text, synced: text, mode: 0o600 }]));
    this.#syncedNames = new Map(this.#names);
  }

  /** Name → content as a running process sees it. */
  get files(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#names].map(([name, { text }]) => [name, text]));
  }

  /** The process is killed right before operation number `index`. */
  crashBefore(index: number): void {
    this.beforeCall = (at) => {
      if (at >= index) throw new CrashError();
    };
  }

  /** Every state in which the disk may be found after the power was cut now. */
  *images(): Generator<SimulatedDisk> {
    for (let kept = 0; kept < 2 ** this.#pending.length; kept += 1) {
      const names = new Map(this.#syncedNames);
      this.#pending.forEach((change, bit) => {
        if (kept & (1 << bit)) apply(change, names);
      });
      for (const loss of LOSSES)
        yield new SimulatedDisk(Object.fromEntries([...names].map(([name, inode]) => [name, loss(inode)])));
    }
  }

  async create(path: string): Promise<NewFile> {
    this.#call('create', path);
    if (this.#names.has(basename(path))) throw osError('EEXIST');
    const inode: Inode = { text: '', synced: '', mode: 0o600 };
    this.#change({ set: [basename(path), inode] });
    return {
      write: async (bytes) => {
        this.#call('write', path);
        inode.text += new TextDecoder().decode(bytes);
      },
      sync: async () => {
        this.#call('sync', path);
        if (this.honoursSync) inode.synced = inode.text;
      },
      close: async () => this.#call('close', path),
    };
  }

  async read(path: string, maxBytes: number): Promise<FileContent> {
    this.#call('read', path);
    const { text, mode } = this.#inode(path);
    const bytes = new TextEncoder().encode(text);
    return bytes.length > maxBytes ? { kind: 'too_large', size: bytes.length, mode } : { kind: 'content', bytes, mode };
  }

  async link(existing: string, path: string): Promise<void> {
    this.#call('link', path);
    if (this.#names.has(basename(path))) throw osError('EEXIST');
    this.#change({ set: [basename(path), this.#inode(existing)] });
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call('rename', to);
    this.#change({ set: [basename(to), this.#inode(from)], remove: basename(from) });
  }

  async unlink(path: string): Promise<void> {
    this.#call('unlink', path);
    this.#inode(path);
    this.#change({ remove: basename(path) });
  }

  async chmod(path: string, mode: number): Promise<void> {
    this.#call('chmod', path);
    this.#inode(path).mode = mode;
  }

  async list(folder: string): Promise<readonly string[]> {
    this.#call('list', folder);
    return [...this.#names.keys()];
  }

  async syncFolder(folder: string): Promise<void> {
    this.#call('syncFolder', folder);
    if (!this.honoursFolderSync) return;
    this.#syncedNames = new Map(this.#names);
    this.#pending = [];
  }

  #call(operation: string, path: string): void {
    // Temporary names are random; without their middle the list reads the same each time.
    const call = `${operation} ${basename(path).replace(/\.\d+\.[0-9a-f]{12}\.tmp$/, '.tmp')}`;
    this.beforeCall(this.calls.length, call);
    this.calls.push(call);
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(basename(path));
    if (!inode) throw osError('ENOENT');
    return inode;
  }

  #change(change: NameChange): void {
    apply(change, this.#names);
    this.#pending.push(change);
  }
}

function apply({ set, remove }: NameChange, names: Map<string, Inode>): void {
  if (remove !== undefined) names.delete(remove);
  if (set) names.set(...set);
}

export const FOLDER = '/data';
export const at = (name: string): string => join(FOLDER, name);
