/** A person at work on the administration API: one change after another, each on record before it is sent and when it is acknowledged. */
import assert from 'node:assert/strict';
import type { AccountView } from '../../src/contract/accounts.ts';
import type { KeyView } from '../../src/contract/keys.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Random } from '../simulation/random.ts';
import { Acknowledged, type Pending } from './acknowledged.ts';
import type { Witness } from './witness.ts';

interface AdministratorDeps {
  readonly simulator: Simulator;
  readonly adminKey: string;
  readonly random: Random;
  readonly witness: Witness;
}

const SAYS_LOST = /A refresh was interrupted and its result lost/;
const WAITS = /refused its token; waiting/;

export class Administrator {
  readonly #deps: AdministratorDeps;
  readonly #accounts = new Acknowledged('account');
  readonly #keys = new Acknowledged('key');
  /** By id: the name by which the far end knows who signs in there. */
  readonly #owners = new Map<string, string>();
  #url = '';
  #serial = 0;
  /** Accounts that say that their login is lost, and what else is to be put right. */
  #lost: string[] = [];
  #resting: string[] = [];
  #halfRemoved: string[] = [];
  #saidLost = 0;

  constructor(deps: AdministratorDeps) {
    this.#deps = deps;
  }

  /** How often an account has said so. */
  get saidLost(): number {
    return this.#saidLost;
  }

  get accounts(): number {
    return this.#accounts.ids.length;
  }

  /** The server listens somewhere new. */
  goTo(url: string): void {
    this.#url = url;
  }

  async addLogin(owner: string): Promise<void> {
    this.#deps.simulator.addAccount({ name: owner });
    this.#accounts.begin({ kind: 'added', name: owner });
    const { account } = await this.#signIn(owner, { name: owner });
    this.#owners.set(account.id, owner);
    this.#accounts.acknowledge(account.id);
  }

  /** Makes a key for clients, which stays. */
  async addClientKey(): Promise<string> {
    const { key } = await this.#call<{ key: string }>('POST', '/api/keys', { name: 'client' });
    this.#keys.begin({ kind: 'added', name: 'client' });
    this.#keys.acknowledge((await this.#list<KeyView>('/api/keys'))[0]?.id);
    return key;
  }

  /** Looks at everything after a start: nothing that was acknowledged is gone, and no account is out of order without saying why. */
  async inspect(): Promise<void> {
    const accounts = await this.#list<AccountView>('/api/accounts');
    const shown = accounts.map(
      ({ id, name, status, priority }) => [id, { name, priority, enabled: status !== 'inactive' }] as const,
    );
    this.#halfRemoved = [...this.#accounts.compare(new Map(shown))];
    const keys = await this.#list<KeyView>('/api/keys');
    this.#halfRemoved.push(...this.#keys.compare(new Map(keys.map(({ id, name, enabled }) => [id, { name, enabled }]))));
    const whole = accounts.filter(({ id }) => !this.#halfRemoved.includes(id));
    for (const { name, status, status_reason } of whole)
      assert.ok(status !== 'invalid' || SAYS_LOST.test(status_reason ?? ''), `${name} is invalid: ${status_reason}`);
    this.#lost = whole.filter(({ status_reason }) => SAYS_LOST.test(status_reason ?? '')).map(({ id }) => id);
    for (const id of this.#lost) assert.ok(this.#deps.witness.isLost(id), `${id} says that its refresh was lost, and it was not`);
    this.#saidLost += this.#lost.length;
    this.#resting = whole.filter(({ status_reason }) => WAITS.test(status_reason ?? '')).map(({ id }) => id);
  }

  /** Goes on until the server dies: repairs first, then whatever comes to mind. */
  async work(isKilled: () => boolean): Promise<void> {
    try {
      for (const id of this.#halfRemoved.splice(0)) await this.#remove(id);
      for (const id of this.#resting.splice(0)) await this.#call('POST', `/api/accounts/${id}/clear-limit`);
      for (const id of this.#lost.splice(0)) await this.signInAgain(id);
      while (!isKilled()) await this.#change();
    } catch (error) {
      // A dying server answers nothing, or breaks off in the middle.
      if (!isKilled()) throw error;
    }
  }

  async signInAgain(id: string): Promise<void> {
    const owner = this.#owners.get(id);
    assert.ok(owner);
    await this.#signIn(owner, { account_id: id });
  }

  /** Asks for a proof of every login. Returns the accounts that cannot be refreshed any more. */
  async refreshAll(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const [id, owner] of this.#owners) {
      this.#deps.witness.allow(owner);
      const { result } = await this.#call<{ result: string }>('POST', `/api/accounts/${id}/refresh`);
      if (result === 'failed') failed.push(id);
    }
    return failed;
  }

  async enableAll(): Promise<void> {
    for (const id of this.#owners.keys()) await this.#enable(id, true);
  }

  async #change(): Promise<void> {
    const { random } = this.#deps;
    const login = random.pick([...this.#owners.keys()]);
    const extras = this.#accounts.ids.filter((id) => !this.#owners.has(id));
    // The clients' own key stays as it is.
    const keys = this.#keys.ids.slice(1);
    this.#serial += 1;
    const name = `n${this.#serial}`;
    switch (random.int(9)) {
      case 0:
        return this.#edit(login, { name: `${this.#owners.get(login)} ${name}` });
      case 1:
        return this.#edit(login, { priority: random.int(100) });
      case 2:
        return this.#enable(login, random.chance(0.8));
      case 3:
        return extras.length < 3 ? this.#addExtra(name) : this.#remove(random.pick(extras));
      case 4:
        return keys.length > 3 ? this.#removeKey(random.pick(keys)) : undefined;
      case 5:
        return keys.length > 0 ? this.#changeKey(random.pick(keys), random.chance(0.5)) : undefined;
      case 6:
        return random.chance(0.2) ? this.signInAgain(login) : undefined;
      default:
        return keys.length < 40 ? this.#addKey(name) : this.#removeKey(random.pick(keys));
    }
  }

  #edit(id: string, change: { name: string } | { priority: number }): Promise<void> {
    return this.#acknowledged({ kind: 'changed', id, change }, () => this.#call('PATCH', `/api/accounts/${id}`, change));
  }

  async #enable(id: string, enabled: boolean): Promise<void> {
    // Enabling an account that has lost its login starts a proof, which asks the server once more.
    if (enabled) this.#deps.witness.allow(this.#owners.get(id) ?? '');
    const status = enabled ? 'active' : 'inactive';
    await this.#acknowledged({ kind: 'changed', id, change: { enabled } }, () =>
      this.#call('PATCH', `/api/accounts/${id}`, { status }),
    );
  }

  async #addExtra(name: string): Promise<void> {
    this.#deps.simulator.addAccount({ name });
    const body = { name, kind: 'api_key', api_key: this.#deps.simulator.issueApiKey(name) };
    this.#accounts.begin({ kind: 'added', name });
    this.#accounts.acknowledge((await this.#call<{ account: AccountView }>('POST', '/api/accounts', body)).account.id);
  }

  #remove(id: string): Promise<void> {
    if (!this.#accounts.get(id)) return this.#removeKey(id);
    return this.#acknowledged({ kind: 'removed', id }, () => this.#call('DELETE', `/api/accounts/${id}`));
  }

  async #addKey(name: string): Promise<void> {
    this.#keys.begin({ kind: 'added', name });
    this.#keys.acknowledge((await this.#call<KeyView>('POST', '/api/keys', { name })).id);
  }

  async #changeKey(id: string, enabled: boolean): Promise<void> {
    this.#keys.begin({ kind: 'changed', id, change: { enabled } });
    await this.#call('PATCH', `/api/keys/${id}`, { enabled });
    this.#keys.acknowledge();
  }

  async #removeKey(id: string): Promise<void> {
    this.#keys.begin({ kind: 'removed', id });
    await this.#call('DELETE', `/api/keys/${id}`);
    this.#keys.acknowledge();
  }

  async #acknowledged(pending: Pending, send: () => Promise<unknown>): Promise<void> {
    this.#accounts.begin(pending);
    await send();
    this.#accounts.acknowledge();
  }

  async #signIn(owner: string, intent: object): Promise<{ readonly account: AccountView }> {
    const { authorization_url } = await this.#call<{ authorization_url: string }>('POST', '/api/oauth/authorize', intent);
    const { code, state } = this.#deps.simulator.approve(authorization_url, owner);
    return this.#call('POST', '/api/accounts', { code: `${code}#${state}` });
  }

  async #list<T>(path: string): Promise<readonly T[]> {
    return (await this.#call<{ data: readonly T[] }>('GET', `${path}?limit=100`)).data;
  }

  async #call<T>(method: string, path: string, body: object = {}): Promise<T> {
    const headers = { authorization: `Bearer ${this.#deps.adminKey}`, 'content-type': 'application/json' };
    const reply = await fetch(this.#url + path, { method, headers, ...(method === 'GET' ? {} : { body: JSON.stringify(body) }) });
    const text = await reply.text();
    assert.ok(reply.ok, `${method} ${path} was answered ${reply.status}: ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as T;
  }
}
