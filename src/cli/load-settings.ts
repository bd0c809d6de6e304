/** Loads the configuration for a command, the settings stored in the data folder included. */
import { loadConfig } from '../config/load.ts';
import { openSettingsFile } from '../storage/json/settings-file.ts';

export interface ConfigFlags {
  readonly config?: string;
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
}

/** @throws ConfigError with every fault. */
export const loadSettings = (flags: ConfigFlags): ReturnType<typeof loadConfig> =>
  loadConfig({
    environment: process.env,
    workingDirectory: process.cwd(),
    flags,
    settings: (dataFolder) => openSettingsFile(dataFolder).read(),
  });
