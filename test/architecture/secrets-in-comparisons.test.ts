/**
 * No secret is compared in a way that stops at the first difference: what is presented is looked up or compared by its digest. Shown
 * from the code, since on a shared machine the time of a comparison says nothing.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type AstNode, isNode, parseProgram, walk } from '../../tools/checks/syntax-tree.ts';
import { listFiles, readText } from '../../tools/checks/tree.ts';

const root = join(import.meta.dirname, '../..');

const SECRET =
  /(secret|apikey|adminkey|api_key|token|verifier|password|passphrase|presented|challenge|cookie|hash|hashed|digest|code)$/i;
const COMPARING_METHODS = new Set(['startsWith', 'endsWith', 'includes', 'indexOf', 'localeCompare', 'equals', 'compare']);

/** Comparisons that give nothing away, with the reason. */
const HARMLESS: Readonly<Record<string, string>> = {
  'src/api-keys/key-ring.ts: key.hash === hashed': 'both are digests, of a key that was found by its digest',
  'src/api-keys/key-ring.ts: before.hash !== key.hash': 'both are ours',
  'src/api-keys/key-ring.ts: known.hash !== facts.hash': 'both are the operator’s',
  'src/accounts/create-account.ts: credential.secret === wanted.tokens.secret':
    'both are the operator’s: the same secret handed in twice',
  'src/accounts/declared-accounts.ts: vault.get(id)?.secret !== secret': 'both are the operator’s',
  'src/storage/data-lock.ts: code === SQLITE_BUSY': 'the number of an error',
  'src/storage/data-lock.ts: code === SQLITE_NOTADB': 'the number of an error',
  'src/storage/audit/audit-chain.ts: line.prev !== this.#digest':
    'both are ours, and no secret: each line of the chain shows them',
  'src/storage/audit/audit-files.ts: prev !== before.end.digest':
    'both are ours, and no secret: each line of the chain shows them',
  'src/oauth/login-flow.ts: running.code === code': 'the operator’s own paste, compared with the one before',
};

/** The last name of what is compared: `key.secret` → `secret`, `adminKey()` → `adminKey`. */
function nameOf(node: unknown): string {
  if (!isNode(node)) return '';
  const { name, property, callee, expression } = node as unknown as Record<string, unknown>;
  if (node.type === 'Identifier') return String(name);
  if (node.type === 'MemberExpression') return isNode(property) ? String(property['name'] ?? property['value']) : '';
  if (node.type === 'CallExpression') return nameOf(callee);
  return nameOf(expression);
}

const isConstant = (node: unknown): boolean =>
  isNode(node) &&
  (node.type === 'Literal' || node.type === 'UnaryExpression' || (node.type === 'Identifier' && node['name'] === 'undefined'));

/** Both sides of a comparison; nothing for any other node. */
function comparedIn(node: AstNode): readonly unknown[] {
  if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(String(node['operator']))) return [node['left'], node['right']];
  const { callee } = node as { callee?: unknown };
  if (node.type !== 'CallExpression' || !isNode(callee) || callee.type !== 'MemberExpression') return [];
  return COMPARING_METHODS.has(nameOf(callee)) ? [callee['object'], ...(node['arguments'] as unknown[])] : [];
}

function comparisonsOfSecrets(file: string, text: string): string[] {
  const found: string[] = [];
  walk(parseProgram(file, text), (node) => {
    const sides = comparedIn(node);
    if (sides.length < 2 || sides.some(isConstant) || !sides.some((side) => SECRET.test(nameOf(side)))) return;
    found.push(`${file}: ${text.slice(node.start, node['end'] as number)}`);
  });
  return found;
}

describe('secrets in comparisons', () => {
  // Commands compare what the operator types at a terminal; nobody asks them over a network.
  const product = listFiles(root).filter((file) => /^src\/(?!simulator|planning|cli).*\.ts$/.test(file));

  it('are compared by digest in a time that tells nothing', () => {
    const found = product.flatMap((file) => comparisonsOfSecrets(file, readText(root, file)));
    assert.deepEqual(
      found.filter((one) => HARMLESS[one] === undefined),
      [],
    );
  });

  it('are compared in constant time where the admin key and the state of a login are', () => {
    const using = product.filter((file) => readText(root, file).includes('timingSafeEqual('));
    assert.deepEqual(using, ['src/api-keys/key-ring.ts', 'src/oauth/pending-logins.ts']);
    const key = readText(root, 'src/admin/authorize-admin.ts');
    assert.deepEqual(key.match(/\w+\([^()]*adminKey\(\)\)/g), ['sameSecret(presented, adminKey())']);
  });

  for (const code of [
    'if (presented === adminKey()) open();',
    'const same = key.secret == other;',
    'list.find((one) => one.apiKey !== given);',
    'presented.startsWith(own.token);',
    'Buffer.compare(digest, other.hash);',
    'cookie.equals(mine)',
  ]) {
    it(`would be found: ${code}`, () => assert.equal(comparisonsOfSecrets('planted.ts', code).length, 1));
  }

  it('are not seen in what only looks like them', () => {
    for (const code of ['if (token === undefined) f();', "secret !== ''", 'tokens.length === 2', 'status === other.status'])
      assert.deepEqual(comparisonsOfSecrets('planted.ts', code), [], code);
  });
});
