/** The JSON Schema names every key with its bounds and its default, and nothing else. */
import assert from 'node:assert/strict';
import { configJsonSchema } from '../../../src/config/json-schema.ts';
import { knownKeys } from '../../../src/config/schema.ts';

type Node = { readonly properties: Record<string, Node>; readonly additionalProperties: boolean } & Record<string, unknown>;

describe('the JSON Schema of the configuration', () => {
  const schema = configJsonSchema() as unknown as Node;
  const keyOf = (path: string): Node | undefined => {
    const [section = '', key = ''] = path.split('.');
    return schema.properties[section]?.properties[key];
  };

  it('knows every key and says what it is for', () => {
    for (const { path, setting } of knownKeys.values())
      assert.ok(String(keyOf(path)?.['description']).startsWith(setting.meaning), path);
  });

  it('refuses keys that it does not know', () => {
    assert.equal(schema.additionalProperties, false);
    assert.equal(schema.properties['server']?.additionalProperties, false);
  });

  it('bounds numbers, lists words and names defaults', () => {
    const port = keyOf('server.port');
    assert.deepEqual([port?.['minimum'], port?.['maximum'], port?.['default']], [0, 65535, 4000]);
    assert.deepEqual(keyOf('logger.level')?.['enum'], ['error', 'warn', 'info', 'debug']);
  });
});
