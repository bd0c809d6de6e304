/** The parts of the simulator and how they hang together, without the server that they answer through. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Accounts, type IssuedTokens, type NewAccount, type SimulatedAccount } from './accounts.ts';
import { type Approval, createAuthorization } from './authorization.ts';
import { createAuthorizePages } from './authorize-page.ts';
import { type Books, createBooks } from './books.ts';
import { createClaudeApi } from './claude-api.ts';
import type { PlannedBlock } from './compose-reply.ts';
import type { DrillInput } from './drills/drill-schema.ts';
import { createDrillPlayer } from './drills/play-drill.ts';
import { createFaultScript, type FaultInput, type TokenFaultInput } from './faults/fault-script.ts';
import type { WindowChange } from './limits/windows.ts';
import { createRandomness } from './randomness.ts';
import { createReplyPlans, type ReplyPlan } from './reply-plan.ts';
import { createThoughtSeal } from './thought-seal.ts';
import { createTokenEndpoint, type TokenStage } from './token-endpoint.ts';
import type { TokenRequestFormat } from './token-request.ts';
import { createWaits } from './waits.ts';

export interface EngineOptions {
  /** The clock that the simulated one goes by; pauses of faults are real time. */
  readonly now?: () => number;
  /** How far the simulated clock is ahead of it, ms; negative: behind. */
  readonly clockOffsetMs?: number;
  /** Tokens, codes and uuids come out alike in every run with this seed, in the order of their making. */
  readonly seed?: string;
  readonly clientId?: string;
  /** Redirect URIs that are good beside those of this machine. */
  readonly redirectUris?: readonly string[];
  /** Lifetime of access tokens; default 8 h. */
  readonly accessTokenTtlMs?: number;
  /** A used refresh token is answered with its own successor for this long, instead of revoking the family; default 0. */
  readonly reuseGraceMs?: number;
  /** Default: json. What comes in another format is 415. */
  readonly tokenRequestFormat?: TokenRequestFormat;
  /** Thoughts that come back altered are 400; default false. */
  readonly strictThinking?: boolean;
  /** Entries of each kind that the books hold; default 100,000. */
  readonly maxBookEntries?: number;
  /** Waited for at each stage of a token request, so that a test can act in between. */
  readonly onTokenStage?: (stage: TokenStage, grant: string) => Promise<void>;
}

/** Everything that can be asked of the simulator, by a test or over its control surface. */
export interface Engine {
  readonly clientId: string;
  readonly books: Books;
  /** @throws Error for a name that is taken */
  addAccount(account: NewAccount): SimulatedAccount;
  accounts(): readonly SimulatedAccount[];
  /** A login without the pages. */
  issueTokens(account: string): IssuedTokens;
  issueStaticToken(account: string): string;
  issueApiKey(account: string): string;
  /** Presses "approve" for the account. @throws Error when the URL is not acceptable */
  approve(authorizationUrl: string, account: string): Approval;
  /** What the account's next requests meet with; null: those of every account. */
  fault(account: string | null, fault: FaultInput): void;
  tokenFault(fault: TokenFaultInput): void;
  /** All faults, or those of one account. What is held stays held. */
  clearFaults(account?: string): void;
  /** Lets the replies go on that are held now by `hang`, `hang_after` and `stall`; returns how many. */
  release(): number;
  /** Nothing of the account is good any more. */
  revoke(account: string): void;
  expireAccessTokens(account: string): void;
  /** @throws Error for what is no name of a window */
  setQuota(account: string, window: string, change: WindowChange): void;
  /** Sets the simulated clock: `date`, resets and the ends of tokens go by it. */
  setClockOffset(ms: number): void;
  /** Nobody listens for so long, or until `endOutage`; open connections are ended. */
  outage(ms: number | null): void;
  /** Resolves when the simulator listens again, at the same address. */
  endOutage(): Promise<void>;
  /** Plays a drill; `say` gets what is to be said to a person. @throws Error that names every fault of the drill */
  play(drill: DrillInput, say?: (what: string) => void): void;
  /** What the model says from now on. */
  reply(plan: ReplyPlan): void;
  /** What the model says once, in the next turn of a conversation. */
  queueReply(blocks: readonly PlannedBlock[]): void;
}

/** Answers what comes in on any path but the control surface's. */
export type Routes = (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void>;

/** What only the server around the engine can do. */
export type Surroundings = Pick<Engine, 'outage' | 'endOutage'>;

export interface EngineParts {
  readonly engine: Engine;
  readonly routes: Routes;
  /** No more scenes of drills. */
  stop(): void;
}

const HOUR = 3_600_000;
const CODE_TTL_MS = 600_000;

export function createEngine(options: EngineOptions, surroundings: Surroundings): EngineParts {
  const { now: baseNow = Date.now, clientId = 'simulated-client', accessTokenTtlMs = 8 * HOUR, reuseGraceMs = 0 } = options;
  let { clockOffsetMs = 0 } = options;
  const now = (): number => baseNow() + clockOffsetMs;
  const random = createRandomness(options.seed);
  // Of its own, so that what is made of the seed does not depend on what strikes.
  const { chance } = createRandomness(options.seed === undefined ? undefined : `${options.seed} of faults`);
  const books = createBooks(options.maxBookEntries);
  const faults = createFaultScript({ now, chance });
  const waits = createWaits();
  const plans = createReplyPlans();
  const accounts = new Accounts({ now, random, accessTokenTtlMs, reuseGraceMs });
  const { redirectUris = [] } = options;
  const authorization = createAuthorization({ accounts, random, clientId, now, codeTtlMs: CODE_TTL_MS, redirectUris });
  const pages = createAuthorizePages(accounts, authorization);
  const shared = { accounts, books, faults, waits, now };
  const { tokenRequestFormat: format = 'json', onTokenStage: onStage = () => Promise.resolve() } = options;
  const tokenEndpoint = createTokenEndpoint({ ...shared, authorization, clientId, format, onStage });
  const { strictThinking = false } = options;
  const api = createClaudeApi({
    ...shared,
    seal: createThoughtSeal(random),
    strictThinking,
    plan: plans.next,
  });

  const routes: Routes = async (req, res, url) => {
    if (url.pathname === '/v1/messages') drills.messageComes();
    res.setHeader('date', new Date(now()).toUTCString());
    if (url.pathname === '/v1/oauth/token') return tokenEndpoint(req, res);
    if (url.pathname === '/oauth/authorize') return pages.authorize(req, res, url);
    if (url.pathname === '/oauth/code/callback') return pages.paste(res, url);
    return api(req, res, url);
  };
  const stage: Omit<Engine, 'play'> = {
    ...surroundings,
    clientId,
    books,
    addAccount: (account) => accounts.add(account),
    accounts: () => accounts.list(),
    issueTokens: (name) => accounts.login(name).tokens,
    issueStaticToken: (name) => accounts.issueStaticToken(name),
    issueApiKey: (name) => accounts.issueApiKey(name),
    approve: (url, name) => authorization.approve(url, name),
    fault: (name, fault) => faults.add(name === null ? null : accounts.get(name).name, fault),
    tokenFault: (fault) => faults.addTokenFault(fault),
    clearFaults: (name) => faults.clear(name),
    release: () => waits.release(),
    revoke: (name) => accounts.revoke(name),
    expireAccessTokens: (name) => accounts.expireAccessTokens(name),
    setQuota: (name, window, change) => accounts.get(name).limits.setWindow(window, change),
    setClockOffset(ms) {
      clockOffsetMs = ms;
    },
    reply: (plan) => plans.use(plan),
    queueReply: (blocks) => plans.queue(blocks),
  };
  const drills = createDrillPlayer(stage, baseNow);
  const engine: Engine = { ...stage, play: (drill, say = () => undefined) => drills.play(drill, say) };
  return { engine, routes, stop: () => drills.stop() };
}
