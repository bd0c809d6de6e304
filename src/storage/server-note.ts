/** `server.json`: where the server of this data folder listens, for the commands. */
import { z } from 'zod';
import { readPrivateFile, removePrivateFile, writePrivateFile } from './private-file.ts';

const NAME = 'server.json';

const schema = z.object({ url: z.url({ protocol: /^https?$/ }), pid: z.int().positive() });

export interface ServerNote {
  readonly url: string;
  readonly pid: number;
}

/** The note says where to look, not that a server runs: one that was killed leaves it behind. Null when there is none to read. */
export async function readServerNote(folder: string): Promise<ServerNote | null> {
  const text = await readPrivateFile(folder, NAME);
  if (text === null) return null;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** @throws StorageError */
export const writeServerNote = (folder: string, note: ServerNote): Promise<void> =>
  writePrivateFile(folder, NAME, JSON.stringify(note));

/** @throws StorageError */
export const removeServerNote = (folder: string): Promise<void> => removePrivateFile(folder, NAME);
