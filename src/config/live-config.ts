/**
 * The configuration that is in force, and its changes while the process runs: a file that was written anew, a setting made in the dashboard.
 * A change counts as a whole or not at all; who took `current()` at the beginning of something keeps what it took.
 */
import { isDeepStrictEqual } from 'node:util';
import type { EpochMs, Now } from '../core/time.ts';
import { ConfigError, type ConfigFault } from './faults.ts';
import type { Layer, Origin } from './layer.ts';
import { type ConfigLayers, type LoadedConfig, resolveLayers, type Settings } from './load.ts';
import type { Secrets } from './references.ts';
import type { Origins, ResolvedConfig } from './resolve.ts';
import { type Config, type KnownKey, knownKeys } from './schema.ts';

/** What was set at run time, as it is stored: `{ logger: { level: 'debug' } }`. */
export type StoredSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface LiveConfigDeps {
  readonly loaded: LoadedConfig;
  readonly settings: StoredSettings;
  /** Makes settings durable; undefined takes one back. @throws StorageError; nothing is changed then */
  readonly store: (patch: StoredSettings) => Promise<StoredSettings>;
  readonly now: Now;
}

export interface ConfigChange {
  readonly config: Config;
  /** Paths of the keys that have another value now. */
  readonly keys: readonly string[];
  readonly source: 'file' | 'settings';
}

export interface Refusal {
  readonly at: EpochMs;
  readonly faults: readonly ConfigFault[];
}

export type Reload =
  | {
      readonly kind: 'changed' | 'unchanged';
      readonly keys: readonly string[] /** Keys that wait for a restart. */;
      readonly waiting: readonly string[];
    }
  | { readonly kind: 'refused'; readonly faults: readonly ConfigFault[] };

export type Change =
  | { readonly kind: 'changed'; readonly keys: readonly string[] }
  | { readonly kind: 'refused'; readonly faults: readonly ConfigFault[] }
  /** The environment, a flag or its nature decides this key. */
  | { readonly kind: 'fixed'; readonly key: string; readonly why: string }
  | { readonly kind: 'unknown'; readonly key: string };

/** Settings to make, by path; null gives a key back to the file. */
export type SettingsPatch = Readonly<Record<string, unknown>>;

/** Keys whose entries refer to secrets: another secret behind a reference counts as a change of them. */
const SECRET_HOLDERS = ['accounts.static', 'keys.static'];

export class LiveConfig {
  readonly #deps: LiveConfigDeps;
  readonly #atStart: Config;
  readonly #listeners: ((change: ConfigChange) => void)[] = [];
  #layers: ConfigLayers;
  #settings: StoredSettings;
  #resolved: ResolvedConfig;
  #secrets: Secrets;
  #waiting: readonly string[] = [];
  #refusal: Refusal | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws ConfigError when the stored settings do not fit the rest */
  constructor(deps: LiveConfigDeps) {
    this.#deps = deps;
    this.#layers = deps.loaded.layers;
    this.#settings = deps.settings;
    this.#secrets = deps.loaded.secrets;
    this.#resolved = resolveLayers(this.#layers, deps.settings);
    this.#atStart = this.#resolved.config;
  }

  /** Frozen, and another object after each change. */
  readonly current = (): Config => this.#resolved.config;

  /** What entries of the configuration refer to, by reference. */
  get secrets(): Secrets {
    return this.#secrets;
  }

  get origins(): Origins {
    return this.#resolved.origins;
  }

  /** Keys whose value in the file counts from the next start on. */
  get waiting(): readonly string[] {
    return this.#waiting;
  }

  /** The last change of the file that was refused, until a good one comes. */
  get refusal(): Refusal | null {
    return this.#refusal;
  }

  /** The configuration as it would be without settings made at run time; null when that would not be a right one. */
  withoutSettings(): ResolvedConfig | null {
    return attempt(() => resolveLayers(this.#layers, undefined));
  }

  /** Called after each change, in the order of registration. A listener must not throw. */
  onChange(listener: (change: ConfigChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Reads the file again. What is faulty is refused as a whole, and what is in force stays. */
  reload(): Promise<Reload> {
    return this.#inTurn(async () => {
      const file = await this.#deps.loaded.reread?.();
      return file ? this.#reloadFrom(file) : { kind: 'unchanged', keys: [], waiting: this.#waiting };
    });
  }

  /** Makes settings, durably, before they count. @throws StorageError when they cannot be stored */
  set(patch: SettingsPatch): Promise<Change> {
    return this.#inTurn(() => this.#set(patch));
  }

  /** Why a key cannot be set at run time, in words; null when it can. */
  fixedBecause({ path, setting }: KnownKey): string | null {
    if (setting.fixedAtStart) return 'Fixed while the server runs: change it in the configuration file and restart.';
    const decided = decidedBy(this.origins.get(path));
    if (decided !== null) return decided;
    return setting.atRunTime ? null : 'Changed in the configuration file, which is followed while the server runs.';
  }

  async #reloadFrom(file: Layer): Promise<Reload> {
    const layers = { ...this.#layers, file };
    const resolved = this.#resolve(layers, this.#settings);
    if (resolved instanceof ConfigError) return this.#refuse(resolved.faults);
    const { secrets, faults } = (await this.#deps.loaded.readSecrets?.(resolved.config)) ?? {
      secrets: this.#secrets,
      faults: [],
    };
    if (faults.length > 0) return this.#refuse(faults);
    this.#refusal = null;
    this.#layers = layers;
    const { config, waiting } = keepFixed(resolved.config, this.#atStart);
    this.#waiting = waiting;
    const otherSecrets = !isDeepStrictEqual(secrets, this.#secrets);
    this.#secrets = secrets;
    const keys = this.#swap({ ...resolved, config }, 'file', otherSecrets ? SECRET_HOLDERS : []);
    return { kind: keys.length > 0 ? 'changed' : 'unchanged', keys, waiting };
  }

  async #set(patch: SettingsPatch): Promise<Change> {
    const sections: Record<string, Record<string, unknown>> = {};
    for (const [path, value] of Object.entries(patch)) {
      const known = knownKeys.get(path);
      if (!known) return { kind: 'unknown', key: path };
      const why = this.fixedBecause(known);
      if (why !== null) return { kind: 'fixed', key: path, why };
      sections[known.section] = { ...sections[known.section], [known.key]: value === null ? undefined : value };
    }
    const resolved = this.#resolve(this.#layers, overlaid(this.#settings, sections));
    if (resolved instanceof ConfigError) return { kind: 'refused', faults: resolved.faults };
    this.#settings = await this.#deps.store(sections);
    const { config } = keepFixed(resolved.config, this.#atStart);
    return { kind: 'changed', keys: this.#swap({ ...resolved, config }, 'settings') };
  }

  #refuse(faults: readonly ConfigFault[]): Reload {
    this.#refusal = { at: this.#deps.now(), faults };
    return { kind: 'refused', faults };
  }

  #resolve(layers: ConfigLayers, settings: Settings): ResolvedConfig | ConfigError {
    try {
      return resolveLayers(layers, settings);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
  }

  /** The one place where another configuration comes into force; says which keys it changes. */
  #swap(resolved: ResolvedConfig, source: ConfigChange['source'], also: readonly string[] = []): readonly string[] {
    const keys = [...new Set([...changedKeys(this.#resolved.config, resolved.config), ...also])];
    this.#resolved = keys.length > 0 ? resolved : { ...resolved, config: this.#resolved.config };
    if (keys.length > 0) for (const listener of this.#listeners) listener({ config: resolved.config, keys, source });
    return keys;
  }

  /** One change after the other: each is judged over what the one before left. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(task);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** What `make` makes of the configuration, made anew only when the configuration is another one. */
export function derived<T>(config: () => Config, make: (config: Config) => T): () => T {
  let from = config();
  let made = make(from);
  return () => {
    const current = config();
    if (current !== from) {
      made = make(current);
      from = current;
    }
    return made;
  };
}

const settingIn = (config: Config, { section, property }: KnownKey): unknown =>
  (config[section] as Readonly<Record<string, unknown>>)[property];

const changedKeys = (before: Config, after: Config): readonly string[] =>
  [...knownKeys.values()]
    .filter((known) => !isDeepStrictEqual(settingIn(before, known), settingIn(after, known)))
    .map(({ path }) => path);

/** Keys that are fixed at start keep what they had then. */
function keepFixed(config: Config, atStart: Config): { readonly config: Config; readonly waiting: readonly string[] } {
  const fixed = [...knownKeys.values()].filter(({ setting }) => setting.fixedAtStart);
  const waiting = fixed.filter((known) => !isDeepStrictEqual(settingIn(config, known), settingIn(atStart, known)));
  if (waiting.length === 0) return { config, waiting: [] };
  const sections: Record<string, unknown> = { ...config };
  for (const { section, property } of waiting) {
    const kept = (atStart[section] as Readonly<Record<string, unknown>>)[property];
    sections[section] = Object.freeze({ ...(sections[section] as object), [property]: kept });
  }
  return { config: Object.freeze(sections) as Config, waiting: waiting.map(({ path }) => path) };
}

function decidedBy(origin: Origin | undefined): string | null {
  if (origin?.kind === 'environment') return `The environment variable ${origin.variable} decides it.`;
  if (origin?.kind === 'flag') return `The flag ${origin.flag} decides it.`;
  return null;
}

/** `current` with the keys of `patch`; undefined takes one away. */
function overlaid(current: StoredSettings, patch: StoredSettings): StoredSettings {
  const names = new Set([...Object.keys(current), ...Object.keys(patch)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const keys = Object.entries({ ...current[name], ...patch[name] }).filter(([, value]) => value !== undefined);
      return [name, Object.fromEntries(keys)];
    }),
  );
}

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch {
    return null;
  }
}
