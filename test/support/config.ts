/** A complete configuration for tests: the defaults, with overrides that the real schema and the real rules check. */
import type { Entry } from '../../src/config/layer.ts';
import { type LoadedConfig, resolveLayers } from '../../src/config/load.ts';
import { type Config, knownKeys } from '../../src/config/schema.ts';

/** Any part of the configuration, as the program reads it: `{ server: { connectTimeoutMs: 50 } }`. */
export type ConfigOverrides = {
  readonly [Section in keyof Config]?: { readonly [Key in keyof Config[Section]]?: Config[Section][Key] };
};

/** @throws ConfigError when an override is out of bounds or breaks a rule between keys */
export const testConfig = (overrides: ConfigOverrides = {}): Config => testLoaded(overrides).config;

/** The same as if it stood in a file, so that settings and later versions of the file may change it. @throws ConfigError */
export function testLoaded(overrides: ConfigOverrides = {}): LoadedConfig {
  const entries = Object.entries(overrides).flatMap(([section, values]) =>
    Object.entries<unknown>(values).map(([property, value]): Entry => {
      const known = [...knownKeys.values()].find((candidate) => candidate.section === section && candidate.property === property);
      if (!known) throw new Error(`no configuration key behind ${section}.${property}`);
      const written = known.setting.unit === 'ms' ? `${String(value)}ms` : (value ?? null);
      return { path: known.path, value: written, origin: { kind: 'file', file: 'config.yaml', line: 1 } };
    }),
  );
  const layers = { file: { entries, faults: [] }, overrides: [] };
  return { ...resolveLayers(layers, undefined), file: undefined, layers, secrets: new Map() };
}
