/** Secrets from files: read once, one newline cut, never both forms, and never shown. */
import assert from 'node:assert/strict';
import { expandSecretFiles } from '../../../src/config/secret-files.ts';

const files: Record<string, string> = { '/run/key': 'a-secret-of-a-file\n', '/run/two': 'line\n\n', '/run/windows': 'crlf\r\n' };
const read = async (file: string): Promise<string> => {
  const text = files[file];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
};
const expand = (environment: Record<string, string>) => expandSecretFiles(environment, read);

describe('a secret from a file', () => {
  it('stands where the variable itself would stand, without its last newline', async () => {
    const { environment, faults } = await expand({ AUTH__API_KEY_FILE: '/run/key', OTHER: 'x' });
    assert.deepEqual([environment, faults], [{ AUTH__API_KEY: 'a-secret-of-a-file', OTHER: 'x' }, []]);
  });

  it('loses one newline only, of either kind', async () => {
    assert.equal((await expand({ AUTH__API_KEY_FILE: '/run/two' })).environment['AUTH__API_KEY'], 'line\n');
    assert.equal((await expand({ AUTH__API_KEY_FILE: '/run/windows' })).environment['AUTH__API_KEY'], 'crlf');
  });

  it('beside the variable itself is a fault that names both and shows neither', async () => {
    const { faults } = await expand({ AUTH__API_KEY_FILE: '/run/key', AUTH__API_KEY: 'hunter2' });
    assert.deepEqual(
      faults.map(({ source, key, found }) => [source, key, found]),
      [['environment variable AUTH__API_KEY_FILE', 'auth.api_key', 'AUTH__API_KEY as well']],
    );
    assert.doesNotMatch(JSON.stringify(faults), /hunter2|a-secret/);
  });

  it('that cannot be read is a fault with the reason', async () => {
    const { faults } = await expand({ AUTH__API_KEY_FILE: '/run/none' });
    assert.match(faults[0]?.found ?? '', /ENOENT/);
  });

  it('is only looked for where a key is secret', async () => {
    const { environment } = await expand({ LOGGER__LEVEL_FILE: '/run/key' });
    assert.deepEqual(environment, { LOGGER__LEVEL_FILE: '/run/key' });
  });
});
