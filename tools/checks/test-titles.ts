/** The titles of the suites and tests in a test file, read from its syntax tree, and whether a quoted title is one of them. */
import { posix } from 'node:path';
import { type AstNode, childrenOf, isNode, literal, parseProgram, textParts, walk } from './syntax-tree.ts';
import { exists, readText } from './tree.ts';

/** A title's constant parts: what lies between two of them is put in when the tests run. A variable has two empty ones. */
type TitleParts = readonly string[];

export interface TestTitles {
  /** Of each suite and test: its own title last, those of the suites around it before. */
  readonly chains: readonly (readonly TitleParts[])[];
  /** Every text and key in the file and the test modules that it imports: what a title is put together from. */
  readonly texts: ReadonlySet<string>;
}

/** In a quoted title: something that is put in when the tests run. */
const ANYTHING = '…';

/** What a test file at `root` offers for quoting, with the tables and suites of the test modules that it imports. */
export function readTestTitles(root: string, file: string): TestTitles {
  const chains: (readonly TitleParts[])[] = [];
  const texts = new Set<string>();
  const read = new Set<string>();
  const readModule = (module: string): void => {
    if (read.has(module) || !exists(root, module)) return;
    read.add(module);
    const program = parseProgram(module, readText(root, module));
    collectChains(program, [], chains);
    walk(program, (node) => {
      for (const text of textsOf(node)) texts.add(text);
      const specifier = node.type === 'ImportDeclaration' ? literal(node['source']) : undefined;
      if (specifier?.startsWith('.')) readTestModule(posix.join(posix.dirname(module), specifier));
    });
  };
  const readTestModule = (module: string): void => {
    if (module.startsWith('test/')) readModule(module);
  };
  readModule(file);
  return { chains, texts };
}

function collectChains(node: AstNode, around: readonly TitleParts[], chains: (readonly TitleParts[])[]): void {
  const title = titleOf(node);
  const chain = title === undefined ? around : [...around, title];
  if (title !== undefined) chains.push(chain);
  for (const [, child] of childrenOf(node)) collectChains(child, chain, chains);
}

/** The title that a call of `describe` or `it` gives. */
function titleOf(node: AstNode): TitleParts | undefined {
  const callee = node['callee'];
  if (node.type !== 'CallExpression' || !isNode(callee) || callee.type !== 'Identifier') return undefined;
  if (callee['name'] !== 'describe' && callee['name'] !== 'it') return undefined;
  const [title] = node['arguments'] as unknown[];
  return textParts(title) ?? ['', ''];
}

function textsOf(node: AstNode): string[] {
  const { key } = node as { key?: unknown };
  const text =
    literal(node) ?? (node.type === 'Literal' && typeof node['value'] === 'number' ? String(node['value']) : undefined);
  const name = node.type === 'Property' && isNode(key) && key.type === 'Identifier' ? (key['name'] as string) : undefined;
  return [text, name].filter((one) => one !== undefined);
}

/**
 * Whether a suite or test is titled by the last of `quoted` and lies in suites titled by those before it, in that order. Where a title is
 * put together, a quotation names one of the texts that may be put in, or leaves it open with an ellipsis, if any letter remains.
 */
export function hasTitle({ chains, texts }: TestTitles, quoted: readonly string[]): boolean {
  const isSaid = (parts: TitleParts, title: string): boolean => fits(parts, title, texts);
  return chains.some((chain) => {
    const own = chain.at(-1);
    const last = quoted.at(-1);
    if (own === undefined || last === undefined || !isSaid(own, last)) return false;
    let next = 0;
    for (const suite of chain.slice(0, -1)) if (next < quoted.length - 1 && isSaid(suite, quoted[next] ?? '')) next += 1;
    return next === quoted.length - 1;
  });
}

function fits(parts: TitleParts, title: string, texts: ReadonlySet<string>): boolean {
  if (!/\p{L}/u.test(title)) return false;
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+?)');
  const found = new RegExp(`^${pattern}$`, 'u').exec(title);
  return found?.slice(1).every((inserted) => inserted === ANYTHING || texts.has(inserted)) ?? false;
}
