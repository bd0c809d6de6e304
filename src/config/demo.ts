/** The configuration of the demo: the defaults, with the simulator in the place of the provider. */
import type { Entry } from './layer.ts';
import { resolveConfig } from './resolve.ts';
import type { Config } from './schema.ts';

export interface DemoSettings {
  readonly port: number;
  readonly dataFolder: string;
  /** Origin of the simulator. */
  readonly upstream: string;
  readonly clientId: string;
}

export function resolveDemoConfig({ port, dataFolder, upstream, clientId }: DemoSettings): Config {
  const values: Readonly<Record<string, unknown>> = {
    'server.port': port,
    'storage.data_folder': dataFolder,
    'claude.base_url': upstream,
    'oauth.client_id': clientId,
    'oauth.authorize_url': `${upstream}/oauth/authorize`,
    'oauth.token_url': `${upstream}/v1/oauth/token`,
    'oauth.redirect_uri': `${upstream}/oauth/code/callback`,
  };
  const entries = Object.entries(values).map(([path, value]): Entry => ({ path, value, origin: { kind: 'flag', flag: 'demo' } }));
  return resolveConfig([{ entries, faults: [] }]).config;
}
