/** A complete configuration for tests: the defaults, with overrides that the real schema and the real rules check. */
import type { Entry } from '../../src/config/layer.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { type Config, knownKeys } from '../../src/config/schema.ts';

/** Any part of the configuration, as the program reads it: `{ server: { connectTimeoutMs: 50 } }`. */
export type ConfigOverrides = {
  readonly [Section in keyof Config]?: { readonly [Key in keyof Config[Section]]?: Config[Section][Key] };
};

/** @throws ConfigError when an override is out of bounds or breaks a rule between keys */
export function testConfig(overrides: ConfigOverrides = {}): Config {
  const entries = Object.entries(overrides).flatMap(([section, values]) =>
    Object.entries<unknown>(values).map(([property, value]): Entry => {
      const known = [...knownKeys.values()].find((candidate) => candidate.section === section && candidate.property === property);
      if (!known) throw new Error(`no configuration key behind ${section}.${property}`);
      const written = known.setting.unit === 'ms' ? `${String(value)}ms` : (value ?? null);
      return { path: known.path, value: written, origin: { kind: 'flag', flag: 'test' } };
    }),
  );
  return resolveConfig([{ entries, faults: [] }]).config;
}
