/** Puts on record what the configuration file changes: it is decided there, so that nothing is refused for want of a line. */
import { SECRET, settingChanges } from '../admin/audit/audit-changes.ts';
import { type AuditTrail, CONFIGURATION } from '../audit/audit-trail.ts';
import type { LiveConfig, Reload } from '../config/live-config.ts';
import type { Logger } from '../observability/logger.ts';
import { tellOfReload } from './watch-config.ts';

const ACTION = 'configuration.reload';

/** Reads the configuration file again, and tells of it in the log and on record. */
export function createReload(live: LiveConfig, audit: Pick<AuditTrail, 'note'>, log: Logger): () => Promise<Reload> {
  auditChanges(live, audit);
  return async () => {
    const reload = tellOfReload(await live.reload(), log);
    await auditRefusal(reload, audit);
    return reload;
  };
}

function auditChanges(live: LiveConfig, audit: Pick<AuditTrail, 'note'>): void {
  let before = live.current();
  live.onChange(({ config, keys, source }) => {
    const changes = settingChanges(before, config);
    before = config;
    // What was set by the API is on record as what somebody did.
    if (source !== 'file') return;
    const told = new Set(changes.map(({ field }) => field));
    const behindReferences = keys.filter((key) => !told.has(key)).map((field) => ({ field, before: SECRET, after: SECRET }));
    void audit.note({ action: ACTION, actor: CONFIGURATION, changes: [...changes, ...behindReferences] });
  });
}

async function auditRefusal(reload: Reload, audit: Pick<AuditTrail, 'note'>): Promise<void> {
  if (reload.kind !== 'refused') return;
  const faults = [...new Set(reload.faults.map(({ key }) => key))];
  const changes = [{ field: 'faults', before: null, after: faults }];
  await audit.note({ action: ACTION, actor: CONFIGURATION, outcome: 'refused', changes });
}
