/** Puts on record what a command does to the data folder as a whole, without the administration API. */
import { COMMAND_LINE, openAuditTrail } from '../audit/audit-trail.ts';
import { newId } from '../new-id.ts';
import { createLogger } from '../observability/logger.ts';
import { nodeFileSystem } from '../storage/file-system.ts';

/** `action` as the audit log names it. The caller holds the folder's lock. @throws StorageError before `work`, or what `work` throws */
export async function recordOffline<T>(folder: string, action: string, work: () => Promise<T>): Promise<T> {
  const log = createLogger({ level: 'error', format: 'text' });
  const deps = { fs: nodeFileSystem, now: Date.now, newId, log, onStorage: () => undefined };
  const audit = await openAuditTrail(folder, deps);
  try {
    const begun = await audit.begin({ action, actor: COMMAND_LINE });
    try {
      const done = await work();
      await begun.end({ outcome: 'done' });
      return done;
    } catch (error) {
      await begun.end({ outcome: 'failed' });
      throw error;
    }
  } finally {
    await audit.close();
    await log.flush();
  }
}
