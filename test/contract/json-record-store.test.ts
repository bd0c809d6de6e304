import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { nodeFileSystem } from '../../src/storage/file-system.ts';
import { openJsonRecordStore } from '../../src/storage/json/json-record-store.ts';
import { describeRecordStore, type Note } from './record-store.contract.ts';

describe('on a real disk', () => {
  const folders: string[] = [];

  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  describeRecordStore('JSON', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headgate-store-'));
    folders.push(folder);
    const schema: z.ZodType<Note> = z.object({ id: z.string(), text: z.string() });
    const deps = { fs: nodeFileSystem, now: Date.now, onRecovered: () => undefined, onWarning: () => undefined };
    const open = () => openJsonRecordStore({ file: join(folder, 'notes.json'), version: 1, schema }, deps);
    return { store: await open(), reopen: open };
  });
});
