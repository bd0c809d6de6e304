/** Configuration sources for tests: a file's text, an environment, settings and flags, resolved as at start. */
import assert from 'node:assert/strict';
import { type ConfigFlags, type Environment, readEnvironmentLayer, readFlagLayer } from '../../src/config/environment-layer.ts';
import { ConfigError, type ConfigFault } from '../../src/config/faults.ts';
import { readFileLayer } from '../../src/config/file-layer.ts';
import { type ResolvedConfig, resolveConfig } from '../../src/config/resolve.ts';
import { readSettingsLayer } from '../../src/config/settings-layer.ts';

export interface TestSources {
  readonly file?: string;
  readonly settings?: unknown;
  readonly environment?: Environment;
  readonly flags?: ConfigFlags;
}

/** Resolves `sources`; the file is called config.yaml. */
export function resolveSources({ file = '', settings, environment = {}, flags = {} }: TestSources): ResolvedConfig {
  return resolveConfig([
    readFileLayer(file, 'config.yaml'),
    readSettingsLayer(settings),
    readEnvironmentLayer(environment),
    readFlagLayer(flags),
  ]);
}

/** The faults of `sources`; fails when they have none. */
export function faultsOf(sources: TestSources): readonly ConfigFault[] {
  try {
    resolveSources(sources);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults;
  }
  return assert.fail('the configuration was accepted');
}
