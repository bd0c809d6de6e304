/** Looks at what a killed process left on the disk, and holds it against the books of the authorization server. */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TokenEntry } from '../../src/simulator/books.ts';
import { fingerprintOf } from '../../src/simulator/fingerprint.ts';
import { verifyAuditLog } from '../../src/storage/audit/audit-files.ts';

interface StoredCredential {
  readonly id: string;
  readonly kind: string;
  readonly refreshToken: string | null;
  readonly generation: number;
  readonly trust: string;
  readonly intent: { readonly generation: number } | null;
}

const FILES = ['accounts.json', 'credentials.json', 'api-keys.json', 'resources.json', 'settings.json'];

const lifeOf = ({ target }: Pick<TokenEntry, 'target'>): number => Number(/life=(\d+)/.exec(target)?.[1]);

export class Witness {
  readonly #folder: string;
  readonly #tokens: readonly TokenEntry[];
  /** Which life of the process it is, from 1. */
  #life = 0;
  /** `life account` of those for which a person asked. */
  readonly #allowed = new Set<string>();
  readonly #generations = new Map<string, number>();
  readonly #replaced = new Map<string, number>();
  #current = new Map<string, string>();

  constructor(folder: string, tokens: readonly TokenEntry[]) {
    this.#folder = folder;
    this.#tokens = tokens;
  }

  /** A person asks for a proof of the account's login: one more send. */
  allow(account: string): void {
    this.#allowed.add(`${this.#life} ${account}`);
  }

  /** A process begins; returns what its requests to the token endpoint have to carry, so that they can be told from those of others. */
  begin(): string {
    this.#life += 1;
    return `life=${this.#life}`;
  }

  /** To be called when the process is gone. */
  async examine(): Promise<void> {
    const names = await readdir(this.#folder);
    for (const name of names) {
      const { mode } = await stat(join(this.#folder, name));
      assert.equal(name === 'lock.db' ? 0 : mode & 0o077, 0, `${name} can be read by others`);
    }
    // Every file is whole at every instant.
    for (const name of FILES) if (names.includes(name)) JSON.parse(await readFile(join(this.#folder, name), 'utf8'));
    if (names.includes('credentials.json')) await this.#examineCredentials();
    if (names.includes('api-keys.json')) await this.#examineAudit();
    this.#noTokenTooOften();
  }

  /** To be called when a process is up: nothing of the dead ones is left. `pid`: of the living one, which may be writing. */
  async examineLive(pid: number): Promise<void> {
    const isLeft = (name: string) => (name.endsWith('.tmp') && !name.includes(`.${pid}.`)) || name.includes('.corrupt-');
    const left = (await readdir(this.#folder)).filter(isLeft);
    assert.deepEqual(left, [], 'what dead processes left is tidied up');
  }

  /** Had the server replaced the refresh token that lay on the disk when this life began? Then nobody could refresh the account any more. */
  isLost(id: string): boolean {
    const presented = this.#current.get(id);
    return this.#tokens.some(
      (entry) => entry.presented === presented && entry.outcome === 'committed' && lifeOf(entry) < this.#life,
    );
  }

  /** No line but the last was cut off, and there is no key of which the audit log does not know. */
  async #examineAudit(): Promise<void> {
    const { faults, files, unended } = await verifyAuditLog(this.#folder);
    assert.deepEqual(faults, []);
    const text = (await Promise.all(files.map((name) => readFile(join(this.#folder, name), 'utf8')))).join('');
    const { records } = JSON.parse(await readFile(join(this.#folder, 'api-keys.json'), 'utf8')) as { records: { id: string }[] };
    const untold = records.filter(({ id }) => !text.includes(id));
    assert.ok(untold.length <= unended.size, `keys without a line: ${untold.length}, unended: ${unended.size}`);
  }

  /** Reads what the live process has stored. */
  async #examineCredentials(): Promise<void> {
    const { records } = JSON.parse(await readFile(join(this.#folder, 'credentials.json'), 'utf8')) as {
      records: StoredCredential[];
    };
    const before = this.#current;
    this.#current = new Map();
    for (const { id, refreshToken, generation, intent, trust } of records) {
      assert.ok(generation >= (this.#generations.get(id) ?? 0), `the generation of ${id} went back to ${generation}`);
      this.#generations.set(id, generation);
      if (refreshToken === null) continue;
      const presented = fingerprintOf(refreshToken);
      this.#current.set(id, presented);
      const wasSent = this.#tokens.some((entry) => entry.presented === presented);
      const isOnRecord = intent?.generation === generation || trust === 'unverified';
      assert.ok(!wasSent || isOnRecord, `the refresh token of ${id} was sent, and the disk does not know`);
    }
    for (const [id, presented] of before) if (this.#current.get(id) !== presented) this.#replaced.set(presented, this.#life);
  }

  /** Sent once in a life, unless a person asked for more; and in a later life only while its successor is not on the disk. */
  #noTokenTooOften(): void {
    const sent = new Set<string>();
    for (const { presented, account, target } of this.#tokens) {
      if (presented === null) continue;
      const life = lifeOf({ target });
      assert.ok(life <= (this.#replaced.get(presented) ?? life), `a token of ${account} was sent after its successor was stored`);
      const isAgain = sent.has(`${life} ${presented}`) && !this.#allowed.has(`${life} ${account}`);
      const story = () => JSON.stringify(this.#tokens.filter((entry) => entry.presented === presented));
      assert.ok(!isAgain, `a refresh token of ${account} was sent twice in one life${isAgain ? `: ${story()}` : ''}`);
      sent.add(`${life} ${presented}`);
    }
  }
}
