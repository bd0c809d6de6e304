/**
 * kill -9 in each phase of a refresh. Whatever the instant, after the next start every account serves, or says that its refresh was
 * lost; and that only where the authorization server's own books show a new pair that never reached the disk.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noCounters } from '../../src/accounts/account-record.ts';
import { createTokenEndpoint } from '../../src/oauth/token-endpoint.ts';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { openDataFolder } from '../../src/storage/json/data-folder.ts';
import { aCredential, anAccount, HOUR } from '../support/builders.ts';
import { settingsFor } from '../support/token-world.ts';
import { tokensOver } from './tokens-over.ts';

const KILLS_PER_PHASE = 4;
const PHASES = ['before send', 'after send', 'after reply', 'after temp write', 'after rename'] as const;
type Phase = (typeof PHASES)[number];

interface Outcome {
  readonly status: string;
  /** What the upstream makes of the token that is handed out. */
  readonly serves: boolean;
  /** The server's books show a pair for this account that the disk does not hold. */
  readonly replyLost: boolean;
  readonly otherServes: boolean;
}

async function serves(simulator: Simulator, secret: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${secret}`, 'anthropic-version': '2023-06-01', 'anthropic-beta': 'oauth-2025-04-20' };
  const reply = await fetch(`${simulator.url}/v1/models`, { headers });
  await reply.body?.cancel();
  return reply.ok;
}

describe('kill -9 during a refresh', function () {
  this.timeout(60_000);

  let received: (() => void) | null = null;
  let simulator: Simulator;
  let folder: string;

  const begin = async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-kill-'));
    const onTokenStage = async (stage: string) => {
      if (stage === 'received') received?.();
    };
    simulator = await createSimulator({ onTokenStage });
  };
  const end = async () => {
    received = null;
    await simulator.close();
    await rm(folder, { recursive: true });
  };

  /** Two accounts: one whose token must be refreshed, and one that has nothing to do with it. */
  const prepare = async (endsIn: number) => {
    const data = await openDataFolder(folder);
    const lives = { acc_1: endsIn, acc_2: 8 * HOUR };
    for (const [id, left] of Object.entries(lives)) {
      simulator.addAccount({ name: id });
      const { accessToken, refreshToken } = simulator.issueTokens(id);
      const common = { id, generation: 1, expiresAt: Date.now() + left };
      await data.credentials.update(id, () => aCredential({ ...common, secret: accessToken, refreshToken }));
      const account = anAccount({ ...common, name: id });
      await data.accounts.update(id, () => ({ id, account, history: [], counters: noCounters }));
    }
    data.close();
  };

  const killIn = async (phase: Phase, serverActs: boolean) => {
    if (!serverActs) simulator.tokenFault({ kind: 'reset_before' });
    const script = join(import.meta.dirname, 'refresh-child.ts');
    const child = fork(script, [folder, `${simulator.url}/v1/oauth/token`, simulator.clientId, phase], { stdio: 'inherit' });
    const gone = once(child, 'exit');
    await new Promise<void>((resolve, reject) => {
      if (phase === 'after send') received = resolve;
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error(`the process ended before ${phase}`)));
    });
    received = null;
    child.kill('SIGKILL');
    await gone;
    assert.equal(child.signalCode, 'SIGKILL');
    simulator.clearFaults();
  };

  /** Starts anew, and looks at what became of it all. */
  const recover = async (): Promise<Outcome> => {
    const data = await openDataFolder(folder);
    try {
      const endpoint = createTokenEndpoint({ settings: () => settingsFor(simulator), now: Date.now });
      const { vault, pool, tokens } = await tokensOver(data, endpoint);
      const stored = vault.get('acc_1')?.generation ?? 0;
      const committed = simulator.books.refreshes('acc_1');
      const answer = await tokens.ensureFresh('acc_1');
      const other = await tokens.ensureFresh('acc_2');
      const status = pool.get('acc_1')?.status;
      await pool.flush();
      return {
        status: status?.state === 'invalid' ? `invalid: ${status.reason}` : (status?.state ?? 'missing'),
        serves: answer.kind === 'usable' && (await serves(simulator, answer.secret)),
        replyLost: committed > stored - 1,
        otherServes: other.kind === 'usable' && (await serves(simulator, other.secret)),
      };
    } finally {
      data.close();
    }
  };

  const killed = async (phase: Phase, serverActs: boolean): Promise<Outcome> => {
    await begin();
    await prepare(0);
    await killIn(phase, serverActs);
    const outcome = await recover();
    await end();
    return outcome;
  };

  for (const phase of PHASES) {
    it(`${phase}: every account serves, or its refresh is known to be lost`, async () => {
      const outcomes: Outcome[] = [];
      for (let kill = 0; kill < KILLS_PER_PHASE; kill += 1) {
        // A server that received a request may act on it or not: half and half.
        outcomes.push(await killed(phase, phase !== 'after send' || kill % 2 === 0));
      }
      const served = outcomes.filter((outcome) => outcome.serves).length;
      const lost = outcomes.filter(({ status }) => status === 'invalid: refresh_lost').length;
      process.stdout.write(`      killed ${phase}: ${outcomes.length} times, ${served} served on, ${lost} said refresh_lost\n`);
      for (const outcome of outcomes) {
        const expected = outcome.replyLost
          ? { status: 'invalid: refresh_lost', serves: false }
          : { status: 'active', serves: true };
        assert.deepEqual(outcome, { ...expected, replyLost: outcome.replyLost, otherServes: true });
      }
      assert.equal(outcomes.length, KILLS_PER_PHASE);
    });
  }

  it('leaves the access token serving while it lives, although the outcome is unknown', async () => {
    await begin();
    await prepare(50_000);
    await killIn('after reply', true);
    const { status, serves: isServing } = await recover();
    assert.deepEqual([status, isServing, simulator.books.tokens.length], ['active', true, 1]);
    await end();
  });
});
