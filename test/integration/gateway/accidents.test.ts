/** A fault in one of the product's own parts: one client is told, nothing is left taken, and the next request is served. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import type { ApiKey } from '../../../src/api-keys/api-key.ts';
import { KeyRing } from '../../../src/api-keys/key-ring.ts';
import { buildDataPlane, type DataPlane } from '../../../src/assembly/build-data-plane.ts';
import { createLogger, type Logger } from '../../../src/observability/logger.ts';
import { type ResourceOwner, ResourceOwners } from '../../../src/resources/resource-owners.ts';
import type { ClientSession } from '../../../src/sessions/client-session.ts';
import { ClientSessions } from '../../../src/sessions/client-sessions.ts';
import { createMemoryRecordStore } from '../../../src/storage/memory/memory-record-store.ts';
import { HOUR } from '../../support/builders.ts';
import { testConfig } from '../../support/config.ts';
import { aMessage } from '../../support/start-app.ts';
import { type TokenWorld, tokenWorld } from '../../support/token-world.ts';

interface Parts {
  readonly world: TokenWorld;
  readonly keys: KeyRing;
  readonly log: Logger;
}

const bug = (): never => {
  throw new Error('a bug');
};

describe('an accident in one part', () => {
  let parts: Parts;
  let plane: DataPlane;
  let server: Server;
  let secret: string;

  beforeEach(async () => {
    const world = await tokenWorld();
    const { pool, tokens, time, simulator } = world;
    const stored = { now: time.now, newId: (prefix: string) => `${prefix}_1`, onStorage: () => undefined };
    const keys = new KeyRing({ store: createMemoryRecordStore<ApiKey>(), ...stored });
    const owners = new ResourceOwners({ store: createMemoryRecordStore<ResourceOwner>(), now: time.now });
    const log = createLogger({ level: 'error', format: 'json', stream: new PassThrough().resume() });
    const config = testConfig({ claude: { baseUrl: simulator.url }, retry: { waitForAccountMs: 1 } });
    const clients = new ClientSessions({
      ...stored,
      store: createMemoryRecordStore<ClientSession>(),
      rules: () => ({ maxConcurrent: null, ttlMs: HOUR }),
    });
    const { now } = time;
    const rest = { now, steady: now, config: () => config, isRefusing: () => false };
    plane = buildDataPlane({ pool, tokens, keys, owners, clients, log, ...rest });
    parts = { world, keys, log };
    secret = (await keys.create({ name: 'test', role: 'user', expiresAt: null })).secret;
    server = createServer((req, res) => void plane.gateway.handle(req, res, '127.0.0.1'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    plane.hop.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await parts.world.close();
  });

  const ask = () =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify(aMessage),
    });

  /** How the part is broken, and what brings a request there. */
  const accidents: Readonly<Record<string, (parts: Parts) => void>> = {
    'the choice of an account': ({ world }) => {
      world.pool.choose = bug;
    },
    'the look at a token': ({ world }) => {
      world.tokens.freshToken = bug;
    },
    'the renewal of a token before it is sent': ({ world }) => {
      world.tokens.freshToken = () => null;
      world.tokens.ensureFresh = () => Promise.reject(new Error('a bug'));
    },
    'the renewal of a refused token': ({ world }) => {
      world.simulator.fault('acc_1', { action: { kind: 'unauthorized' } });
      world.tokens.renew = () => Promise.reject(new Error('a bug'));
    },
    'the judgement of a reply': ({ world }) => {
      world.simulator.setQuota('acc_1', '5h', {});
      world.pool.noteWindows = bug;
    },
    'the note that an account has served': ({ world }) => {
      world.pool.noteSuccess = bug;
    },
    'the note that a key was used': ({ keys }) => {
      keys.noteUse = bug;
    },
  };
  for (const [what, happens] of Object.entries(accidents)) {
    it(`(${what}) answers one request with 500, and leaves nothing taken`, async () => {
      const { pool } = parts.world;
      await parts.world.anAccountWith({ endsIn: HOUR });
      happens(parts);
      const refused = await ask();
      const { error } = (await refused.json()) as { error: { type: string; message: string } };
      assert.deepEqual([refused.status, error.type], [500, 'api_error']);
      assert.doesNotMatch(error.message, /a bug/);
      assert.deepEqual([pool.inFlight('acc_1'), plane.gateway.inFlight()], [0, 0]);
    });
  }
});
