/** What a simulator can be told and asked, by tests in the same process and by its control surface. */
import type { IssuedTokens, NewAccount, SimulatedAccount } from './accounts.ts';
import type { Approval } from './authorization.ts';
import type { Books } from './books.ts';
import type { ReplyPlan } from './compose-reply.ts';
import type { FaultInput, TokenFaultInput } from './faults.ts';
import type { TokenStage } from './token-endpoint.ts';

export interface SimulatorOptions {
  readonly host?: string;
  readonly port?: number;
  readonly now?: () => number;
  readonly clientId?: string;
  /** Lifetime of access tokens. */
  readonly accessTokenTtlMs?: number;
  /** A used refresh token is answered with its own successor for this long, instead of revoking the family. */
  readonly reuseGraceMs?: number;
  readonly tokenRequestFormat?: 'json' | 'form' | 'both';
  readonly onTokenStage?: (stage: TokenStage, grant: string) => Promise<void>;
}

export interface Simulator {
  /** `http://127.0.0.1:…`: base of the API, the authorize page (`/oauth/authorize`), the token endpoint (`/v1/oauth/token`) and the paste page. */
  readonly url: string;
  readonly clientId: string;
  readonly books: Books;
  addAccount(account: NewAccount): SimulatedAccount;
  issueTokens(account: string): IssuedTokens;
  issueStaticToken(account: string): string;
  issueApiKey(account: string): string;
  /** Presses "approve" for the account. @throws Error when the URL is not acceptable */
  approve(authorizationUrl: string, account: string): Approval;
  /** What the account's next requests meet with. */
  fault(account: string, fault: FaultInput): void;
  tokenFault(fault: TokenFaultInput): void;
  clearFaults(): void;
  /** Nothing of the account is good any more. */
  revoke(account: string): void;
  expireAccessTokens(account: string): void;
  /** What the model says from now on. */
  reply(plan: ReplyPlan): void;
  close(): Promise<void>;
}
