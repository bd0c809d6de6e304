/** The configuration of the demo: the defaults, with the simulator in the place of the provider. */
import type { Entry, Layer } from './layer.ts';
import { type LoadedConfig, resolveLayers } from './load.ts';

const NOTHING: Layer = { entries: [], faults: [] };

export interface DemoSettings {
  readonly port: number;
  readonly dataFolder: string;
  /** Origin of the simulator. */
  readonly upstream: string;
  readonly clientId: string;
  /** A line for every request, too. */
  readonly verbose: boolean;
}

export function resolveDemoConfig({ port, dataFolder, upstream, clientId, verbose }: DemoSettings): LoadedConfig {
  const values: Readonly<Record<string, unknown>> = {
    'server.port': port,
    'logger.level': verbose ? 'info' : 'warn',
    'storage.data_folder': dataFolder,
    'claude.base_url': upstream,
    'oauth.client_id': clientId,
    'oauth.authorize_url': `${upstream}/oauth/authorize`,
    'oauth.token_url': `${upstream}/v1/oauth/token`,
    'oauth.redirect_uri': `${upstream}/oauth/code/callback`,
  };
  const entries = Object.entries(values).map(([path, value]): Entry => ({ path, value, origin: { kind: 'flag', flag: 'demo' } }));
  const layers = { file: NOTHING, overrides: [{ entries, faults: [] }] };
  return { ...resolveLayers(layers, undefined), file: undefined, layers, secrets: new Map() };
}
