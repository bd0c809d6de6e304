/** The configuration in force, where each value came from, and what may be set while the process runs. */
import { type Response, Router } from 'express';
import { describeSetting } from '../config/describe-setting.ts';
import type { ConfigFault } from '../config/faults.ts';
import type { Change, LiveConfig } from '../config/live-config.ts';
import { knownKeys } from '../config/schema.ts';
import { settingsSchema, updateSettingsSchema } from '../contract/settings.ts';
import { VERSION } from '../version.ts';
import { AdminError, conflict, invalidField, onlyMethods, parse } from './admin-error.ts';
import { instant } from './present.ts';

/** A file of the data folder, as an operator sees it. */
export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  readonly modifiedAt: number;
}

export interface SettingsRoutesDeps {
  readonly live: LiveConfig;
  readonly configFile: string | null;
  readonly storage: {
    readonly folder: string;
    readonly isWritable: () => boolean;
    readonly files: () => Promise<readonly StoredFile[]>;
  };
}

export function createSettingsRoutes(deps: SettingsRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get('/settings', (_req, res) => show(deps, res));
  router.patch('/settings', async (req, res) => {
    const { values } = parse(updateSettingsSchema, req.body);
    refuseUnlessChanged(await deps.live.set(values));
    await show(deps, res);
  });
  router.all('/settings', onlyMethods('GET', 'PATCH'));
  return router;
}

/** @throws AdminError for everything but a change */
export function refuseUnlessChanged(change: Change): void {
  switch (change.kind) {
    case 'changed':
      return;
    case 'unknown':
      throw invalidField(change.key, 'is no key of the configuration');
    case 'fixed':
      throw conflict(`${change.key} cannot be set here. ${change.why}`);
    case 'refused':
      throw new AdminError(400, 'invalid_request_error', 'The settings are not valid; nothing was changed.', {
        fields: change.faults.map((fault) => ({ path: fault.key, message: messageOf(fault) })),
      });
  }
}

const messageOf = ({ allowed, hint }: ConfigFault): string => `must be ${allowed}${hint === undefined ? '' : ` (${hint})`}`;

async function show({ live, configFile, storage }: SettingsRoutesDeps, res: Response): Promise<void> {
  const { refusal } = live;
  const reply = {
    data: [...knownKeys.values()].map((known) => describeSetting(live, known)),
    version: VERSION,
    node_version: process.versions.node,
    data_folder: storage.folder,
    config_file: configFile,
    last_refused_change: refusal && {
      at: instant(refusal.at),
      faults: refusal.faults.map((fault) => ({
        key: fault.key,
        message: `found ${fault.found}; ${messageOf(fault)}`,
        file: fault.source,
        line: fault.line ?? null,
      })),
    },
    storage: {
      writable: storage.isWritable(),
      files: (await storage.files()).map(({ name, bytes, modifiedAt }) => ({ name, bytes, modified_at: instant(modifiedAt) })),
    },
  };
  res.json(settingsSchema.parse(reply));
}
