/** Loads the configuration: default < file < settings < environment < flags; stops the start with every fault at once. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ConfigFlags, type Environment, readEnvironmentLayer, readFlagLayer } from './environment-layer.ts';
import { readFileLayer } from './file-layer.ts';
import { type Layer, unreadable } from './layer.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';
import { sections } from './schema.ts';
import { readSettingsLayer } from './settings-layer.ts';

/** Read when it exists in the working directory and no other file is named. */
const DEFAULT_FILE = 'config.yaml';

/** Largest configuration file in bytes; anything larger is some other file. */
const MAX_FILE_BYTES = 1024 * 1024;

export interface ConfigSources {
  /** The process's environment; `HEADGATE_CONFIG` in it names the file. */
  readonly environment: Environment;
  /** `--config`, `--host`, `--port`, `--data`. */
  readonly flags?: ConfigFlags & { readonly config?: string | undefined };
  /** Directory where `config.yaml` is looked for and where relative file names start. */
  readonly workingDirectory: string;
  /** Parsed content of the settings file, or a function that reads it from the data folder that the other sources name. */
  readonly settings?: Settings | ((dataFolder: string) => Promise<Settings | undefined>);
}

export interface LoadedConfig extends ResolvedConfig {
  /** Absolute path of the file that was read, if any. */
  readonly file: string | undefined;
}

/** Sections of snake_case keys, as in the file. */
export type Settings = Readonly<Record<string, unknown>>;

interface NamedFile {
  readonly name: string;
  /** What named it, or undefined for the default, which may be missing. */
  readonly namedBy: string | undefined;
}

/**
 * Reads all sources and checks them.
 * @throws ConfigError with every fault of every source
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const { environment, flags = {}, workingDirectory } = sources;
  const { layer: fileLayer, file } = await readConfigFile(chooseFile(flags.config, environment), workingDirectory);
  const overrides = [readEnvironmentLayer(environment), readFlagLayer(flags)];
  const given =
    typeof sources.settings === 'function' ? await sources.settings(dataFolderOf([fileLayer, ...overrides])) : sources.settings;
  return { ...resolveConfig([fileLayer, readSettingsLayer(given), ...overrides]), file };
}

/** The data folder that `layers` name, or the default when they name none that is right. */
function dataFolderOf(layers: readonly Layer[]): string {
  const { schema, default: byDefault } = sections.storage.data_folder;
  const named = layers.flatMap(({ entries }) => entries).filter(({ path }) => path === 'storage.data_folder');
  const usable = [{ value: byDefault }, ...named].map(({ value }) => schema.safeParse(value)).filter(({ success }) => success);
  return usable.at(-1)?.data ?? String(byDefault);
}

function chooseFile(flag: string | undefined, environment: Environment): NamedFile {
  const variable = environment['HEADGATE_CONFIG'];
  if (flag !== undefined) return { name: flag, namedBy: '--config' };
  if (variable !== undefined && variable !== '') return { name: variable, namedBy: 'HEADGATE_CONFIG' };
  return { name: DEFAULT_FILE, namedBy: undefined };
}

async function readConfigFile(
  { name, namedBy }: NamedFile,
  workingDirectory: string,
): Promise<{ layer: Layer; file: string | undefined }> {
  const file = resolve(workingDirectory, name);
  const refuse = (found: string) => ({
    layer: unreadable([{ source: name, key: namedBy ?? '(file)', found, allowed: 'a readable YAML file of at most 1 MiB' }]),
    file,
  });
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) return refuse(`a file of ${size} bytes`);
    return { layer: readFileLayer(await readFile(file, 'utf8'), name), file };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' && namedBy === undefined) return { layer: { entries: [], faults: [] }, file: undefined };
    return refuse(code === 'ENOENT' ? 'no such file' : `a file that cannot be read (${code})`);
  }
}
