/** The example file and the examples of the manual are what the schema takes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFileLayer } from '../../src/config/file-layer.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { knownKeys } from '../../src/config/schema.ts';
import { testConfig } from '../support/config.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');

/** Lines such as `  #port: 4000` without their mark; prose has a space after the mark. */
const uncommented = (text: string) => text.replace(/^( *)#(?=\S)/gm, '$1');

describe('documentation of the configuration', () => {
  it('says in words what every key is for, when to change it and what is allowed', () => {
    const silent = [...knownKeys.values()].filter(({ setting }) => !setting.meaning || !setting.why || !setting.allowed);
    assert.deepEqual(
      silent.map(({ path }) => path),
      [],
    );
  });
});

describe('config.example.yaml', () => {
  it('changes nothing as it is', () => {
    const { config, origins } = resolveConfig([readFileLayer(read('config.example.yaml'), 'config.example.yaml')]);
    assert.deepEqual([config, [...origins.values()].filter(({ kind }) => kind !== 'default')], [testConfig(), []]);
  });

  it('says the defaults when every line is uncommented, for every key', () => {
    const { config, origins } = resolveConfig([readFileLayer(uncommented(read('config.example.yaml')), 'config.example.yaml')]);
    const unsaid = [...origins].filter(([, { kind }]) => kind !== 'file').map(([path]) => path);
    assert.deepEqual([config, unsaid], [testConfig(), []]);
  });
});

describe('the examples in docs/configuration.md', () => {
  const examples = [...read('docs/configuration.md').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

  it('are there', () => assert.ok(examples.length > 0));

  for (const [index, text] of examples.entries()) {
    it(`are accepted: number ${index + 1}`, () =>
      assert.ok(resolveConfig([readFileLayer(text.replaceAll('…', 'x'), 'example')])));
  }
});
