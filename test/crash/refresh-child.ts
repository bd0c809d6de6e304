/**
 * A process that refreshes one account and stops dead at one point of it, to be killed there.
 * Arguments: data folder, token endpoint, client id, phase. Tells its parent when it is there, and then waits for ever.
 */
import { basename } from 'node:path';
import { createTokenEndpoint, type TokenEndpoint } from '../../src/oauth/token-endpoint.ts';
import { type FileSystem, nodeFileSystem } from '../../src/storage/file-system.ts';
import { openDataFolder } from '../../src/storage/json/data-folder.ts';
import { tokensOver } from './tokens-over.ts';

const [folder = '', tokenUrl = '', clientId = '', phase = ''] = process.argv.slice(2);

/** The new pair has arrived, so that the next write of credentials is the one that must not be lost. */
let answered = false;

async function reach(point: string): Promise<void> {
  if (point !== phase) return;
  process.send?.(phase);
  await new Promise((resolve) => setInterval(resolve, 60_000));
}

const isCredentials = (path: string) => answered && basename(path) === 'credentials.json';

const fs: FileSystem = {
  ...nodeFileSystem,
  async rename(from, to) {
    if (isCredentials(to)) await reach('after temp write');
    await nodeFileSystem.rename(from, to);
    if (isCredentials(to)) await reach('after rename');
  },
};

const settings = {
  clientId,
  tokenUrl,
  authorizeUrl: tokenUrl,
  redirectUri: tokenUrl,
  scope: 'user:inference',
  tokenRequestFormat: 'json',
  timeoutMs: 30_000,
};
const real = createTokenEndpoint({ settings: () => settings, now: Date.now });
const endpoint: Pick<TokenEndpoint, 'refresh' | 'configuration'> = {
  configuration: real.configuration,
  async refresh(refreshToken) {
    await reach('before send');
    const answer = await real.refresh(refreshToken);
    answered = true;
    await reach('after reply');
    return answer;
  },
};

const { tokens } = await tokensOver(await openDataFolder(folder, { fs }), endpoint);
await tokens.ensureFresh('acc_1');
