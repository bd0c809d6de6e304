/** `storage.*`: where accounts, credentials and keys are kept. */
import { z } from 'zod';
import { parseSealKey } from '../../storage/record-seal.ts';
import { list, text } from '../setting.ts';

const folder = z.string().refine((path) => path.trim() !== '' && path.length <= 1024 && !path.includes('\0'));

export const storage = {
  data_folder: text(folder, './data', {
    allowed: 'a path of 1 to 1024 characters; a relative one starts at the working directory',
    meaning: 'Folder for accounts, credentials and keys; made with mode 0700. One process at a time.',
    why: 'Keep the data apart from the program, for instance on a volume. It must be a local disk.',
    fixedAtStart: true,
  }),
  encryption_key: list(
    z.string().refine((key) => parseSealKey(key) !== null, { error: 'must be 32 bytes in base64' }),
    {
      max: 10,
      allowed: 'keys of 32 random bytes in base64, as `openssl rand -base64 32` makes them; the first seals, all of them open',
      meaning:
        'Seals the credentials of accounts on the disk (AES-256-GCM). Without it they lie in clear, readable by the owner only.',
      why: 'Set it where others can read the disk or its backups, and keep it elsewhere. To change it, put the new key in front of the old one and restart.',
      fixedAtStart: true,
      secret: true,
    },
  ),
} as const;
