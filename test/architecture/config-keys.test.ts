/** A key that nobody reads is a promise that nobody keeps: every property of `Config` is used somewhere outside src/config. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KnownKey, knownKeys } from '../../src/config/schema.ts';

const src = join(import.meta.dirname, '../../src');

const withoutComments = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');

/** All product code outside src/config, as one text without comments. */
function readCode(): string {
  const files = globSync('**/*.ts', { cwd: src, exclude: ['config/**'] });
  return files.map((file) => withoutComments(readFileSync(join(src, file), 'utf8'))).join('\n');
}

/**
 * Whether `code` reads the property. A name that says by itself what it is (`streamIdleTimeoutMs`) may be read from any object; one that
 * could be anything's (`enabled`, `timeoutMs`, `host`) only together with its section (`retry.enabled`).
 */
function isRead({ section, property }: KnownKey, code: string): boolean {
  const sharers = [...knownKeys.values()].filter((other) => other.property === property);
  const words = property.split(/(?=[A-Z])/).filter((word) => word !== 'Ms');
  const distinctive = words.length > 1 && sharers.length === 1;
  return new RegExp(distinctive ? `\\.${property}\\b` : `\\b${section}\\.${property}\\b`).test(code);
}

describe('the keys of the configuration', () => {
  const code = readCode();

  // Its reader is the rule that lets a public address through, which stands with the other rules between keys.
  const readByRules = new Set(['server.allow_insecure']);

  for (const known of knownKeys.values()) {
    if (readByRules.has(known.path)) continue;
    it(`are read by the program: ${known.path} (as ${known.section}.${known.property})`, () => assert.ok(isRead(known, code)));
  }

  it('count as read neither by a comment nor by a name that only begins the same way', () => {
    const known = knownKeys.get('retry.base_delay');
    assert.ok(known);
    const tries = ['/* .baseDelayMs */', '// .baseDelayMs', 'x.baseDelayMsX', 'const a = config.retry.baseDelayMs;'];
    assert.deepEqual(
      tries.map((text) => isRead(known, withoutComments(text))),
      [false, false, false, true],
    );
  });
});
