/** Loads the configuration: default < file < settings < environment < flags; stops the start with every fault at once. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  type ConfigFlags,
  type Environment,
  readEnvironmentLayer,
  readFlagLayer,
  readProxyVariables,
} from './environment-layer.ts';
import { ConfigError } from './faults.ts';
import { readFileLayer } from './file-layer.ts';
import { type Entry, type Layer, unreadable } from './layer.ts';
import { type ReadSecrets, readReferences, type Secrets } from './references.ts';
import { type ResolvedConfig, resolveConfig } from './resolve.ts';
import { type Config, sections } from './schema.ts';
import { expandSecretFiles } from './secret-files.ts';
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

/** What the configuration is made of, but for the settings that lie between the two. */
export interface ConfigLayers {
  /** What the variables of the whole machine say; everything that is said to Headgate itself wins. */
  readonly machine?: Layer;
  readonly file: Layer;
  /** Environment and flags, which win over everything else. */
  readonly overrides: readonly Layer[];
}

export interface LoadedConfig extends ResolvedConfig {
  /** Absolute path of the file that was read, if any. */
  readonly file: string | undefined;
  readonly layers: ConfigLayers;
  /** Settings made at run time, as they were when this was read. */
  readonly settings?: Settings | undefined;
  /** What entries of the configuration refer to. */
  readonly secrets: Secrets;
  /** The same for another configuration, read anew; absent where nothing can change. */
  readonly readSecrets?: (config: Config) => Promise<ReadSecrets>;
  /** Where the file is looked for, to watch it; absent where there is none to look for. */
  readonly watched?: string;
  /** Reads the file again; environment and flags stay as they were at the start. */
  readonly reread?: () => Promise<Layer>;
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
  const { flags = {}, workingDirectory } = sources;
  const { environment, faults } = await expandSecretFiles(sources.environment, (file) =>
    readFile(resolve(workingDirectory, file), 'utf8'),
  );
  const named = chooseFile(flags.config, environment);
  const { layer: fileLayer, file } = await readConfigFile(named, workingDirectory);
  const overrides = [{ entries: [], faults }, readEnvironmentLayer(environment), readFlagLayer(flags)];
  const given =
    typeof sources.settings === 'function' ? await sources.settings(dataFolderOf([fileLayer, ...overrides])) : sources.settings;
  const layers = { machine: readProxyVariables(environment), file: fileLayer, overrides };
  const resolved = resolveLayers(layers, given);
  const readSecrets = (config: Config) =>
    readReferences(config, sources.environment, (name) => readFile(resolve(workingDirectory, name), 'utf8'));
  const { secrets, faults: unresolved } = await readSecrets(resolved.config);
  if (unresolved.length > 0) throw new ConfigError(unresolved);
  return {
    ...resolved,
    secrets,
    readSecrets,
    file,
    layers,
    settings: given,
    watched: resolve(workingDirectory, named.name),
    reread: async () => (await readConfigFile(named, workingDirectory)).layer,
  };
}

/**
 * The configuration that the layers and the settings between them make.
 * @throws ConfigError with every fault of all of them
 */
export const resolveLayers = (
  { machine = NOTHING, file, overrides }: ConfigLayers,
  settings: Settings | undefined,
): ResolvedConfig => resolveConfig([machine, file, readSettingsLayer(settings), ...overrides]);

const NOTHING: Layer = { entries: [], faults: [] };

/** `loaded` with values that win over everything else. @throws ConfigError */
export function withOverrides(loaded: LoadedConfig, values: Readonly<Record<string, unknown>>): LoadedConfig {
  const entries = Object.entries(values).map(
    ([path, value]): Entry => ({ path, value, origin: { kind: 'flag', flag: 'command' } }),
  );
  const layers = { ...loaded.layers, overrides: [...loaded.layers.overrides, { entries, faults: [] }] };
  return { ...loaded, ...resolveLayers(layers, loaded.settings), layers };
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
