import assert from 'node:assert/strict';
import type { Setting } from '../../../../frontend/src/api/settings.ts';
import { groupSettings } from '../../../../frontend/src/features/settings/group-settings.ts';
import { fromInput, showOrigin, showValue, toInput } from '../../../../frontend/src/features/settings/setting-value.ts';
import { aSetting } from '../../support/builders.ts';

describe('the value of a setting', () => {
  const shown: readonly (readonly [over: Partial<Setting>, text: string])[] = [
    [{ value: '30s' }, '30s'],
    [{ value: null }, 'not set'],
    [{ value: '' }, 'not set'],
    [{ value: null, is_set_secret: true }, '(set)'],
    [{ value: [], kind: 'list' }, 'none'],
    [{ value: ['a', 'b'], kind: 'list' }, 'a, b'],
    [{ value: false, kind: 'boolean' }, 'no'],
    [{ value: 0, kind: 'integer' }, '0'],
  ];
  for (const [over, text] of shown)
    it(`${JSON.stringify(over)} is shown as ${text}`, () => assert.equal(showValue(aSetting(over)), text));

  const edited: readonly (readonly [kind: Setting['kind'], value: Setting['value']])[] = [
    ['duration', '5m30s'],
    ['integer', 12],
    ['fraction', 0.25],
    ['boolean', true],
    ['boolean', false],
    ['list', ['http://a.example', 'http://b.example']],
    ['list', []],
    ['choice', 'debug'],
  ];
  for (const [kind, value] of edited)
    it(`of kind ${kind}, ${JSON.stringify(value)}, is the same after it was put into an input`, () =>
      assert.deepEqual(fromInput(toInput(value), kind), value));

  it('that is no number is left to the server to refuse', () => {
    assert.equal(fromInput('many', 'integer'), 'many');
    assert.equal(fromInput(' ', 'fraction'), '');
  });
});

describe('the origin of a setting', () => {
  const rows: readonly (readonly [origin: Setting['origin'], text: string])[] = [
    [{ kind: 'default', name: null, line: null }, 'default'],
    [{ kind: 'file', name: 'config.yaml', line: 12 }, 'from the file: config.yaml:12'],
    [{ kind: 'environment', name: 'LOGGER__LEVEL', line: null }, 'from the environment: LOGGER__LEVEL'],
    [{ kind: 'settings', name: 'settings.json', line: null }, 'set here'],
  ];
  for (const [origin, text] of rows) it(`is told as ${text}`, () => assert.equal(showOrigin(origin), text));
});

describe('the list of settings', () => {
  const settings = [
    aSetting({ key: 'server.port', meaning: 'TCP port', changeable: false }),
    aSetting({ key: 'logger.level', meaning: 'Least important lines' }),
    aSetting({ key: 'server.max_body_size', meaning: 'Largest body' }),
  ];
  const keys = (filter: Partial<Parameters<typeof groupSettings>[1]>) =>
    groupSettings(settings, { text: '', onlyChangeable: false, ...filter }).map(({ section, settings: rows }) => [
      section,
      rows.length,
    ]);

  it('is by section', () =>
    assert.deepEqual(keys({}), [
      ['server', 2],
      ['logger', 1],
    ]));
  it('is narrowed by words in key or meaning', () => assert.deepEqual(keys({ text: 'SERVER largest' }), [['server', 1]]));
  it('is narrowed to what can be changed', () =>
    assert.deepEqual(keys({ onlyChangeable: true }), [
      ['logger', 1],
      ['server', 1],
    ]));
});
