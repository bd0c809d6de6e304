/** Vault, pool and token manager over the simulator: everything real but the clock and the far end of the network. */
import { AccountPool } from '../../src/accounts/account-pool.ts';
import type { AccountRecord } from '../../src/accounts/account-record.ts';
import { CredentialVault } from '../../src/accounts/credential-vault.ts';
import { createEnrollment, type Enrollment } from '../../src/accounts/enroll-account.ts';
import { createProbeAccount, type ProbeSettings } from '../../src/accounts/probe-account.ts';
import { TokenManager } from '../../src/accounts/token-manager.ts';
import type { Account } from '../../src/core/account.ts';
import type { Credential } from '../../src/core/credential.ts';
import { createLoginFlow, type LoginFlow } from '../../src/oauth/login-flow.ts';
import type { OAuthSettings } from '../../src/oauth/oauth-settings.ts';
import { createTokenEndpoint, type TokenEndpoint } from '../../src/oauth/token-endpoint.ts';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { createMemoryRecordStore } from '../../src/storage/memory/memory-record-store.ts';
import type { RecordStore } from '../../src/storage/store.ts';
import { aCredential, anAccount, HOUR, RULES, SELECTION } from './builders.ts';
import { type ManualTime, manualTime } from './manual-time.ts';

export interface TokenWorld {
  readonly time: ManualTime;
  readonly simulator: Simulator;
  readonly settings: OAuthSettings;
  readonly endpoint: TokenEndpoint;
  readonly probeSettings: () => ProbeSettings;
  readonly vault: CredentialVault;
  readonly pool: AccountPool;
  readonly tokens: TokenManager;
  readonly logins: LoginFlow;
  readonly enrollment: Enrollment;
  readonly alerts: string[];
  /** Changes the configuration. */
  configure(change: Partial<OAuthSettings>): void;
  /** An account with a login of its own. `endsIn`: what is left of its access token, in ms. */
  anAccountWith(options: AccountOptions): Promise<Account>;
  close(): Promise<void>;
}

export interface AccountOptions {
  readonly id?: string;
  readonly endsIn?: number;
  readonly account?: Partial<Account>;
  readonly credential?: Partial<Credential>;
}

export interface WorldOptions {
  readonly simulator?: SimulatorOptions;
  readonly credentials?: RecordStore<Credential>;
  readonly accounts?: RecordStore<AccountRecord>;
  readonly keepInactiveFresh?: boolean;
  readonly nextRefreshRun?: () => number | null;
}

export function settingsFor(simulator: Simulator, over: Partial<OAuthSettings> = {}): OAuthSettings {
  return {
    clientId: simulator.clientId,
    authorizeUrl: `${simulator.url}/oauth/authorize`,
    tokenUrl: `${simulator.url}/v1/oauth/token`,
    redirectUri: `${simulator.url}/oauth/code/callback`,
    scope: 'user:profile user:inference',
    tokenRequestFormat: 'json',
    timeoutMs: 5000,
    ...over,
  };
}

export async function tokenWorld(options: WorldOptions = {}): Promise<TokenWorld> {
  const time = manualTime();
  const { now, delay } = time;
  const random = () => 0.5;
  const simulator = await createSimulator({ now, ...options.simulator });
  let settings = settingsFor(simulator);
  let ids = 0;
  const newId = (prefix: string) => `${prefix}_${++ids}`;
  const vault = new CredentialVault({
    store: options.credentials ?? createMemoryRecordStore<Credential>(),
    delay,
    random,
    onStorage: () => undefined,
  });
  await vault.load();
  const keepInactiveFresh = options.keepInactiveFresh ?? false;
  const rules = () => ({ ...RULES, ...SELECTION, keepInactiveFresh }) as const;
  const accounts = options.accounts ?? createMemoryRecordStore<AccountRecord>();
  const pool = new AccountPool({ store: accounts, now, newId, rules, onStorage: () => undefined });
  const endpoint = createTokenEndpoint({ settings: () => settings, now });
  const alerts: string[] = [];
  const probeSettings = () => ({ baseUrl: simulator.url, oauthBeta: 'oauth-2025-04-20', timeoutMs: 5000 });
  const probe = createProbeAccount(probeSettings);
  const nextRefreshRun = options.nextRefreshRun ?? (() => now() + HOUR);
  const alert = (message: string) => void alerts.push(message);
  const tokens = new TokenManager({ vault, pool, endpoint, probe, now, delay, random, alert, nextRefreshRun, rules });
  const logins = createLoginFlow({ settings: () => settings, endpoint, now });
  const enrollment = createEnrollment({ vault, pool, logins, now, newId });

  return {
    time,
    simulator,
    get settings() {
      return settings;
    },
    endpoint,
    probeSettings,
    vault,
    pool,
    tokens,
    logins,
    enrollment,
    alerts,
    configure(change) {
      settings = { ...settings, ...change };
    },
    async anAccountWith({ id = 'acc_1', endsIn = 0, account = {}, credential = {} }) {
      simulator.addAccount({ name: id });
      const issued = simulator.issueTokens(id);
      const expiresAt = now() + endsIn;
      const common = { id, expiresAt, generation: 3 };
      await vault.add(aCredential({ ...common, secret: issued.accessToken, refreshToken: issued.refreshToken, ...credential }));
      const added = anAccount({ ...common, name: id, ...account });
      await pool.add(added, { summary: 'made for a test' });
      return added;
    },
    async close() {
      vault.close();
      await pool.flush();
      await simulator.close();
    },
  };
}
