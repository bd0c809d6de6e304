/** What faults look like, and what they never show. */
import assert from 'node:assert/strict';
import { ConfigError, describeFound, formatFaults } from '../../../src/config/faults.ts';

describe('formatFaults', () => {
  it('says place, key, what was found, what is allowed and the cure, a fault after another', () => {
    const text = formatFaults([
      {
        source: 'config.yaml',
        line: 3,
        key: 'server.prot',
        found: 'an unknown key',
        allowed: 'host, port',
        hint: 'did you mean server.port?',
      },
      { source: 'flag --port', key: 'server.port', found: '"x"', allowed: 'a whole number' },
    ]);
    assert.equal(
      text,
      [
        'The configuration has 2 faults:',
        '  config.yaml:3: server.prot',
        '    found:   an unknown key',
        '    allowed: host, port',
        '    hint:    did you mean server.port?',
        '  flag --port: server.port',
        '    found:   "x"',
        '    allowed: a whole number',
      ].join('\n'),
    );
  });

  it('is the message of a ConfigError', () => {
    const fault = { source: 'flag --port', key: 'server.port', found: '"x"', allowed: 'a whole number' };
    assert.equal(new ConfigError([fault]).message, formatFaults([fault]));
  });
});

describe('describeFound', () => {
  const shown: [string, unknown, string][] = [
    ['a text in quotes', 'x', '"x"'],
    ['a number', 5, '5'],
    ['a missing value', null, 'nothing'],
    ['a list by its members', ['a', 1, {}], 'a list of 3: a, 1, …'],
    ['a mapping without its content', { secret: 'hunter2' }, 'a group of keys'],
    ['a URL without user and password', 'https://joe:hunter2@host/x', '"https://…@host/x"'],
    ['a URL without its query', 'https://host/x?key=hunter2', '"https://host/x?…"'],
    ['a URL in a list without user and password', ['http://joe:hunter2@host'], 'a list of 1: http://…@host'],
    ['something that looks like an API key without the key', 'x sk-ant-oat01-abc_DEF y', '"x sk-… y"'],
    ['line breaks and escape sequences harmlessly', 'a\n\u001b[2J', '"a\\n\\u001b[2J"'],
    ['text that changes direction harmlessly', 'a\u202eb', '"a\ufffdb"'],
  ];
  for (const [what, value, text] of shown) {
    it(`shows ${what}`, () => assert.equal(describeFound(value), text));
  }

  it('shortens a long text', () => {
    assert.ok(describeFound('x'.repeat(10_000)).length < 100);
  });

  it('shows a value that contains itself', () => {
    const circular: unknown[] = [];
    circular.push(circular);
    assert.equal(describeFound(circular), 'a list of 1: …');
  });
});
