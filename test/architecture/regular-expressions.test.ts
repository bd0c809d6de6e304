/** Every regular expression of the product takes time that grows with the text and no faster, also for texts made against it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { parseProgram, walk } from '../../tools/checks/syntax-tree.ts';
import { listFiles, readText } from '../../tools/checks/tree.ts';

const root = join(import.meta.dirname, '../..');
/** From short to long, so that one whose time doubles with each character is found out before it is waited for. */
const LENGTHS = [24, 10_000, 100_000];
/** Of the processor. A linear one takes a hundredth of it for the longest text; a quadratic one takes more at ten thousand characters. */
const MAX_CPU_MS = 30;

interface Found {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

/** Regular expressions as they are written; a call of `RegExp` has no pattern that could be tried. */
function expressionsIn(file: string, text: string): Found[] {
  const found: Found[] = [];
  walk(parseProgram(file, text), (node) => {
    const regex = node['regex'] as { pattern: string; flags: string } | undefined;
    if (node.type === 'Literal' && regex) found.push({ file, ...regex });
    if (
      (node.type === 'NewExpression' || node.type === 'CallExpression') &&
      (node['callee'] as { name?: string }).name === 'RegExp'
    )
      found.push({ file, pattern: '?', flags: '' });
  });
  return found;
}

const COMMON = ['a', 'A', '0', ' ', '\t', '\n', '.', '-', '_', '"', '\\', '=', 'é'];

/** Texts of one or two repeated characters that the expression knows, behind its own beginning and before something it does not know. */
function* attacksOn(pattern: string, length: number): Generator<string> {
  const plain = pattern.replaceAll(/\\[a-zA-Z]|\{\d+,?\d*\}|\(\?<?[=!:]/g, '');
  const known = [...new Set(plain.replaceAll(/\\(.)/g, '$1').replaceAll(/[\^$*+?()|[\]{}]/g, ''))];
  const start = /^\^?\\?b?((?:[a-zA-Z0-9 _:/-](?![*+?{]))*)/.exec(pattern)?.[1] ?? '';
  const pumps = [...new Set([...COMMON, ...known])];
  for (const first of pumps) {
    for (const prefix of new Set(['', start])) yield prefix + first.repeat(length) + '\u0000';
    for (const second of known.slice(0, 4)) yield (first + second).repeat(length / 2) + '\u0000';
  }
}

/** The text that takes too long, cut; null when none does. */
function slowOn({ pattern, flags }: Pick<Found, 'pattern' | 'flags'>): string | null {
  const expression = new RegExp(pattern, flags.replaceAll(/[gy]/g, ''));
  const takesLong = (attack: string): boolean => {
    const before = process.cpuUsage();
    expression.test(attack);
    return process.cpuUsage(before).user / 1000 > MAX_CPU_MS;
  };
  // Once may be the garbage collector.
  for (const length of LENGTHS)
    for (const attack of attacksOn(pattern, length)) if (takesLong(attack) && takesLong(attack)) return attack.slice(0, 40);
  return null;
}

describe('the regular expressions', function () {
  this.timeout(60_000);
  const found = listFiles(root)
    .filter((file) => /^src\/(?!simulator).*\.ts$/.test(file))
    .flatMap((file) => expressionsIn(file, readText(root, file)));

  it('are all written down, so that they can be tried', () => {
    assert.ok(found.length > 50, String(found.length));
    assert.deepEqual(
      found.filter(({ pattern }) => pattern === '?'),
      [],
    );
  });

  it('of the product take no text of 100 KB for an occasion to think', () => {
    const distinct = new Map(found.map((one) => [`/${one.pattern}/${one.flags}`, one]));
    const slow = [...distinct.values()].flatMap((one) => {
      const attack = slowOn(one);
      return attack === null ? [] : [`${one.file}: /${one.pattern}/${one.flags} on ${JSON.stringify(attack)}…`];
    });
    assert.deepEqual(slow, []);
  });

  for (const pattern of ['\\s+$', '^(a+)+$', '^(.*),(.*)=$']) {
    it(`would be caught: /${pattern}/`, () => assert.notEqual(slowOn({ pattern, flags: '' }), null));
  }
});
