/** Notices that the configuration file was written, and says what came of it. Only importer of chokidar. */
import { watch } from 'chokidar';
import type { Reload } from '../config/live-config.ts';
import type { DurationMs } from '../core/time.ts';
import type { Logger } from '../observability/logger.ts';

/** Editors write in several steps: the file counts when it has been left alone for so long. */
const SETTLED_MS: DurationMs = 200;

/** Calls `onWritten` after each write, replacement or creation of the file. A file that vanishes changes nothing. */
export function watchConfigFile(file: string, onWritten: () => void): { close(): Promise<void> } {
  const watcher = watch(file, {
    ignoreInitial: true,
    persistent: false,
    awaitWriteFinish: { stabilityThreshold: SETTLED_MS, pollInterval: SETTLED_MS / 4 },
  });
  watcher.on('add', onWritten).on('change', onWritten);
  // What cannot be watched can still be reloaded by a signal.
  watcher.on('error', () => undefined);
  return watcher;
}

/** One line for what changed, one for what waits for a restart, and one for each fault. */
export function tellOfReload(reload: Reload, log: Pick<Logger, 'info' | 'warn' | 'error'>): Reload {
  if (reload.kind === 'refused') {
    log.error('a change of the configuration is refused; what was in force stays in force', { faults: reload.faults.length });
    for (const { source, line, key, found, allowed } of reload.faults)
      log.error('configuration fault', { source, line, key, found, allowed });
    return reload;
  }
  if (reload.keys.length > 0) log.info('the configuration was read again', { changed: reload.keys.join(', ') });
  if (reload.waiting.length > 0) log.warn('these keys count from the next start on', { keys: reload.waiting.join(', ') });
  return reload;
}
