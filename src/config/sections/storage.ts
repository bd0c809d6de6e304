/** `storage.*`: where accounts, credentials and keys are kept. */
import { z } from 'zod';
import { text } from '../setting.ts';

const folder = z.string().refine((path) => path.trim() !== '' && path.length <= 1024 && !path.includes('\0'));

export const storage = {
  data_folder: text(folder, './data', {
    allowed: 'a path of 1 to 1024 characters; a relative one starts at the working directory',
    meaning: 'Folder for accounts, credentials and keys; made with mode 0700. One process at a time.',
    why: 'Keep the data apart from the program, for instance on a volume. It must be a local disk.',
    fixedAtStart: true,
  }),
} as const;
