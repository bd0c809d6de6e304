/** A process of its own on a data folder, for the tests beside it: `node holder.ts hold|count FOLDER`. Ends when its parent does. */
import { type DataFolder, openDataFolder } from '../../../src/storage/json/data-folder.ts';
import { aCredential } from '../../support/builders.ts';

const [, , task, folder = ''] = process.argv;
process.once('disconnect', () => process.exit());

const data = await openDataFolder(folder).catch(() => null);
process.send?.(data ? 'open' : 'refused');
if (data && task === 'count') await countForEver(data);

/** Raises the generation again and again and tells each one that is acknowledged. */
async function countForEver({ credentials }: DataFolder): Promise<never> {
  for (;;) {
    const stored = await credentials.update('acc_1', (current) =>
      aCredential({ scopes: Array.from({ length: 2000 }, () => 'padding'), generation: (current?.generation ?? 0) + 1 }),
    );
    process.send?.(stored?.generation);
  }
}
