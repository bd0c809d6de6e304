/** Faults of the file's text and of its keys: place, what was found, and the nearest known key. */
import assert from 'node:assert/strict';
import { sectionNames } from '../../../src/config/schema.ts';
import { faultsOf, resolveSources } from '../../support/config-sources.ts';

const sections = sectionNames.join(', ');

describe('a configuration file', () => {
  const faulty: [string, string, { line: number; key: string; found: string; hint?: string }][] = [
    [
      'a mistyped key',
      'server:\n  prot: 80\n',
      { line: 2, key: 'server.prot', found: 'an unknown key', hint: 'did you mean server.port?' },
    ],
    [
      'a key of another section',
      'server:\n  base_url: x\n',
      { line: 2, key: 'server.base_url', found: 'an unknown key', hint: 'did you mean claude.base_url?' },
    ],
    ['a key like no other', 'server:\n  zebra_crossing: 1\n', { line: 2, key: 'server.zebra_crossing', found: 'an unknown key' }],
    [
      'a mistyped section',
      '\nloger:\n  level: info\n',
      { line: 2, key: 'loger', found: 'an unknown key', hint: 'did you mean logger?' },
    ],
    [
      'a key outside its section',
      'port: 80\n',
      { line: 1, key: 'port', found: 'an unknown key', hint: 'did you mean server.port?' },
    ],
    ['a section that is a text', 'auth: hunter2\n', { line: 1, key: 'auth', found: 'a single value or a list' }],
    ['a section that is a list', 'auth:\n  - api_key: hunter2\n', { line: 1, key: 'auth', found: 'a single value or a list' }],
    [
      'a key of an object’s prototype',
      'server:\n  __proto__:\n    port: 1\n',
      { line: 2, key: 'server.__proto__', found: 'an unknown key' },
    ],
    ['a section named as a prototype', '__proto__:\n  port: 1\n', { line: 1, key: '__proto__', found: 'an unknown key' }],
    ['a section named as a method', 'constructor:\n  prototype: {}\n', { line: 1, key: 'constructor', found: 'an unknown key' }],
    [
      'a key that is a list',
      'server:\n  ? [a]\n  : 1\n',
      { line: 2, key: 'server.(a key that is no name)', found: 'an unknown key' },
    ],
    ['a merge key', 'server:\n  <<: {port: 1}\n', { line: 2, key: 'server.<<', found: 'an unknown key' }],
    ['a text instead of sections', 'hunter2\n', { line: 1, key: '(file)', found: 'a single value or a list' }],
    ['a list instead of sections', '# x\n- server\n', { line: 2, key: '(file)', found: 'a single value or a list' }],
    ['the same key twice', 'server:\n  port: 1\n  port: 2\n', { line: 3, key: '(syntax)', found: 'the same key twice' }],
    [
      'the same section twice',
      'server:\n  port: 1\nserver:\n  host: a\n',
      { line: 3, key: '(syntax)', found: 'the same key twice' },
    ],
    ['a tab as indentation', 'server:\n\tport: 1\n', { line: 2, key: '(syntax)', found: 'a tab as indentation' }],
    ['two documents', 'server:\n---\nserver:\n', { line: 2, key: '(syntax)', found: 'more than one document' }],
  ];
  for (const [what, file, fault] of faulty) {
    it(`is refused for ${what}`, () => {
      const [first, ...more] = faultsOf({ file });
      assert.ok(first);
      const { allowed, ...rest } = first;
      assert.deepEqual({ rest, more, said: allowed !== '' }, { rest: { source: 'config.yaml', ...fault }, more: [], said: true });
    });
  }

  it('is refused for a bracket that is not closed, with its line and without quoting the text', () => {
    const faults = faultsOf({ file: 'auth:\n  api_key: [hunter2\n' });
    assert.deepEqual(faults.map(({ key, line }) => [key, line])[0], ['(syntax)', 3]);
    assert.doesNotMatch(JSON.stringify(faults), /hunter2/);
  });

  it('is refused for an alias that stands for nothing, without quoting it', () => {
    const faults = faultsOf({ file: 'auth:\n  api_key: *hunter2\n' });
    assert.deepEqual(
      faults.map(({ line }) => line),
      [2],
    );
    assert.doesNotMatch(JSON.stringify(faults), /hunter2/);
  });

  it('is refused for aliases that multiply', () => {
    const many = (name: string, of: string) => `${name}: &${name} [${Array(9).fill(`*${of}`).join(', ')}]`;
    const file = `server:\n  trusted_proxies: [&a ["10.0.0.1"], ${['b', 'c', 'd', 'e'].map((name, i) => `{${many(name, 'abcd'[i] ?? '')}}`).join(', ')}]\n`;
    assert.deepEqual(
      faultsOf({ file }).map(({ key, found }) => [key, found]),
      [['server.trusted_proxies', 'an alias (*…) that cannot be resolved']],
    );
  });

  it('says which keys a section has when one is unknown', () => {
    assert.deepEqual(
      faultsOf({ file: 'logger:\n  x: 1\n' }).map(({ allowed }) => allowed),
      ['in logger: level, format'],
    );
  });

  it('says which sections there are when one is unknown', () => {
    assert.deepEqual(
      faultsOf({ file: 'x: 1\n' }).map(({ allowed }) => allowed),
      [sections],
    );
  });

  for (const [what, file] of Object.entries({
    nothing: '',
    'comments only': '# a\n\n# b\n',
    'an empty document': '---\n',
    'an empty section': 'server:\nlogger: {}\n',
  })) {
    it(`may hold ${what}`, () => assert.equal(resolveSources({ file }).config.server.port, 4000));
  }

  it('may use an anchor and an alias', () => {
    const { config } = resolveSources({ file: 'retry:\n  base_delay: &d 2s\n  max_delay: *d\n' });
    assert.equal(config.retry.maxDelayMs, 2000);
  });

  it('leaves the prototypes of objects alone', () => {
    faultsOf({
      file: '__proto__:\n  polluted: 1\nserver:\n  __proto__: {polluted: 1}\n  constructor: {prototype: {polluted: 1}}\n',
    });
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });
});
