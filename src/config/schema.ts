/**
 * The schema of the configuration: every key, and the `Config` type made from it.
 *
 * In the file a key is snake_case (`server.stream_idle_timeout`); in the program it is the same name in camelCase with its unit at the end
 * (`config.server.streamIdleTimeoutMs`). A size drops the word "size" for its unit (`max_body_size` → `maxBodyBytes`).
 */
import { accounts } from './sections/accounts.ts';
import { auth } from './sections/auth.ts';
import { balancer } from './sections/balancer.ts';
import { claude } from './sections/claude.ts';
import { health } from './sections/health.ts';
import { keys } from './sections/keys.ts';
import { logger } from './sections/logger.ts';
import { metrics } from './sections/metrics.ts';
import { oauth } from './sections/oauth.ts';
import { retry } from './sections/retry.ts';
import { server } from './sections/server.ts';
import { session } from './sections/session.ts';
import { storage } from './sections/storage.ts';
import type { Setting, SettingUnit } from './setting.ts';

/** Every section with its keys, in the order in which the documentation shows them. */
export const sections = {
  server,
  logger,
  auth,
  oauth,
  claude,
  storage,
  accounts,
  keys,
  session,
  balancer,
  retry,
  metrics,
  health,
} as const;

type CamelCase<Key extends string> = Key extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Key;

type WithoutSize<Key extends string> = Key extends `${infer Head}_size` ? Head : Key;

type PropertyName<Key extends string, Unit> = Unit extends 'ms'
  ? `${CamelCase<Key>}Ms`
  : Unit extends 'bytes'
    ? `${CamelCase<WithoutSize<Key>>}Bytes`
    : CamelCase<Key>;

type UnitOf<S> = S extends Setting<unknown, infer Unit> ? Unit : never;
type ValueOf<S> = S extends Setting<infer Value, SettingUnit> ? Value : never;

type SectionConfig<Section> = {
  readonly [Key in keyof Section & string as PropertyName<Key, UnitOf<Section[Key]>>]: ValueOf<Section[Key]>;
};

/** The whole configuration as the program reads it: checked, complete, deeply frozen. */
export type Config = { readonly [Name in keyof typeof sections]: SectionConfig<(typeof sections)[Name]> };

/** One key of the schema with its place. */
export interface KnownKey {
  /** As users write it, `server.stream_idle_timeout`. */
  readonly path: string;
  readonly section: keyof Config;
  readonly key: string;
  /** Name of the property in the section of `Config`. */
  readonly property: string;
  readonly setting: Setting;
}

/** `stream_idle_timeout` of unit ms → `streamIdleTimeoutMs`; the same rule as the type `PropertyName`. */
function propertyName(key: string, unit: SettingUnit): string {
  const stem = unit === 'bytes' ? key.replace(/_size$/, '') : key;
  const suffix = { ms: 'Ms', bytes: 'Bytes', none: '' }[unit];
  return stem.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) + suffix;
}

/** Every key by its path, in the order of the schema. */
export const knownKeys: ReadonlyMap<string, KnownKey> = new Map(
  Object.entries(sections).flatMap(([section, settings]) =>
    Object.entries<Setting>(settings).map(([key, setting]) => {
      const path = `${section}.${key}`;
      return [path, { path, section: section as keyof Config, key, property: propertyName(key, setting.unit), setting }] as const;
    }),
  ),
);

/** Names of the sections, in the order of the schema. */
export const sectionNames: readonly string[] = Object.keys(sections);
