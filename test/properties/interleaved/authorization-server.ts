/** A strict authorization server: a refresh token is good once, and everybody's calls are on its books. */
import { nobody } from '../../../src/core/account.ts';
import type { Grant } from '../../../src/oauth/granted-tokens.ts';
import type { TokenEndpointAnswer } from '../../../src/oauth/token-endpoint.ts';
import { HOUR, NOW } from '../../support/builders.ts';

/** `lost`: the tokens are exchanged, and the answer does not arrive. `unreachable`: nothing was sent. */
export type CallEnd = 'granted' | 'lost' | 'unreachable';

interface Login {
  readonly account: string;
  /** Serial number of the login. */
  readonly family: number;
  readonly secret: string;
  readonly refreshToken: string;
  readonly endsAt: number;
  isSpent: boolean;
}

interface Surroundings {
  /** Resolves when it is this step's turn. */
  readonly inTurn: (what: string) => Promise<void>;
  readonly fault: (what: string) => void;
}

export class AuthorizationServer {
  readonly #ends: CallEnd[];
  readonly #around: Surroundings;
  readonly #logins: Login[] = [];
  readonly #underWay = new Set<string>();
  readonly #answered = new Set<string>();
  readonly #refused = new Set<string>();
  #families = 0;

  constructor(ends: readonly CallEnd[], around: Surroundings) {
    this.#ends = [...ends];
    this.#around = around;
  }

  /** A new login of the account. */
  signIn(account: string, endsAt = NOW + HOUR): Login {
    this.#families += 1;
    return this.#issue(account, this.#families, endsAt);
  }

  grantFor(account: string): Grant {
    return grantOf(this.signIn(account));
  }

  async refresh(refreshToken: string): Promise<TokenEndpointAnswer> {
    const login = this.#logins.find((one) => one.refreshToken === refreshToken);
    const { fault, inTurn } = this.#around;
    if (!login) {
      fault('a refresh token was sent that nobody issued');
      return { kind: 'rejected', message: 'unknown' };
    }
    const call = `${login.account} ${login.family}`;
    if (this.#underWay.has(call)) fault(`two refreshes of ${login.account} at once`);
    if (this.#answered.has(refreshToken)) fault(`a refresh token of ${login.account} was sent after the answer to it had come`);
    this.#underWay.add(call);
    await inTurn(`refresh of ${login.account} arrives`);
    const end = this.#ends.shift() ?? 'granted';
    const answer = this.#answer(login, end);
    await inTurn(`refresh of ${login.account} is answered`);
    this.#underWay.delete(call);
    if (answer.kind === 'granted') this.#answered.add(refreshToken);
    return answer;
  }

  ownerOf(secret: string): string | null {
    return this.#by(secret)?.account ?? null;
  }

  hasEnded(secret: string): boolean {
    return (this.#by(secret)?.endsAt ?? 0) <= NOW;
  }

  /** Is it of the account's very first tokens? */
  isFirst(secret: string): boolean {
    const login = this.#by(secret);
    return login !== undefined && login === this.#logins.find(({ account }) => account === login.account);
  }

  familyOf(secret: string): number {
    return this.#by(secret)?.family ?? 0;
  }

  isSpent(refreshToken: string): boolean {
    return this.#logins.some((login) => login.refreshToken === refreshToken && login.isSpent);
  }

  /** The server has said that this refresh token is good for nothing. */
  hasRefused(refreshToken: string): boolean {
    return this.#refused.has(refreshToken);
  }

  #answer(login: Login, end: CallEnd): TokenEndpointAnswer {
    if (end === 'unreachable') return { kind: 'unavailable', sent: 'no', message: 'refused' };
    if (login.isSpent) {
      this.#refused.add(login.refreshToken);
      return { kind: 'rejected', message: 'invalid_grant' };
    }
    login.isSpent = true;
    const next = this.#issue(login.account, login.family, NOW + HOUR);
    return end === 'lost'
      ? { kind: 'unavailable', sent: 'maybe', message: 'no answer' }
      : { kind: 'granted', grant: grantOf(next) };
  }

  #issue(account: string, family: number, endsAt: number): Login {
    const serial = this.#logins.length + 1;
    const login = { account, family, secret: `at_${serial}`, refreshToken: `rt_${serial}`, endsAt, isSpent: false };
    this.#logins.push(login);
    return login;
  }

  #by(secret: string): Login | undefined {
    return this.#logins.find((login) => login.secret === secret);
  }
}

const grantOf = ({ secret, refreshToken, endsAt }: Login): Grant => ({
  secret,
  refreshToken,
  expiresAt: endsAt,
  loginExpiresAt: null,
  scopes: null,
  identity: nobody,
});
