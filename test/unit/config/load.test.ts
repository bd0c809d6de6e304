/** Which file is read, and what happens when it cannot be. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/config/faults.ts';
import { type ConfigSources, loadConfig } from '../../../src/config/load.ts';

describe('loadConfig', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'headgate-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const put = (name: string, port: number) => writeFile(join(folder, name), `server:\n  port: ${port}\n`);
  const load = (sources: Partial<ConfigSources> = {}) => loadConfig({ workingDirectory: folder, environment: {}, ...sources });

  it('needs no file', async () => {
    const { config, file } = await load();
    assert.deepEqual([config.server.port, file], [4000, undefined]);
  });

  it('reads config.yaml in the working directory', async () => {
    await put('config.yaml', 1);
    const { config, file } = await load();
    assert.deepEqual([config.server.port, file], [1, join(folder, 'config.yaml')]);
  });

  it('reads the file that HEADGATE_CONFIG names instead', async () => {
    await Promise.all([put('config.yaml', 1), put('b.yaml', 2)]);
    const { config } = await load({ environment: { HEADGATE_CONFIG: 'b.yaml' } });
    assert.equal(config.server.port, 2);
  });

  it('reads the file that --config names before any other', async () => {
    await Promise.all([put('config.yaml', 1), put('b.yaml', 2), put('c.yaml', 3)]);
    const { config } = await load({ environment: { HEADGATE_CONFIG: 'b.yaml' }, flags: { config: join(folder, 'c.yaml') } });
    assert.equal(config.server.port, 3);
  });

  for (const [variable, text, url] of [
    ['HTTPS_PROXY', 'http://proxy.example:3128', 'http://proxy.example:3128'],
    ['https_proxy', 'proxy.example:3128', 'http://proxy.example:3128'],
    ['HTTPS_PROXY', '', undefined],
  ] as const) {
    it(`takes ${variable}=${text || '(nothing)'} for the proxy`, async () =>
      assert.equal((await load({ environment: { [variable]: text } })).config.claude.proxyUrl, url));
  }

  it('takes the hosts of NO_PROXY that it understands', async () => {
    const { config } = await load({ environment: { NO_PROXY: '.example.org, 10.0.0.0/8,box:8080' } });
    assert.deepEqual(config.claude.noProxy, ['.example.org', 'box:8080']);
  });

  it('takes the file before the variables of the machine', async () => {
    await writeFile(join(folder, 'config.yaml'), 'claude:\n  proxy_url: http://named:1\n');
    const { config } = await load({ environment: { HTTPS_PROXY: 'http://other:1' } });
    assert.equal(config.claude.proxyUrl, 'http://named:1');
  });

  it('shows nothing of a proxy that it refuses', async () => {
    await assert.rejects(load({ environment: { HTTPS_PROXY: 'socks5://user:hunter2@a' } }), ({ message }: ConfigError) => {
      assert.match(message, /HTTPS_PROXY/);
      assert.doesNotMatch(message, /hunter2/);
      return true;
    });
  });

  it('reads a file that begins with a byte order mark', async () => {
    await writeFile(join(folder, 'config.yaml'), '\ufeffserver:\n  port: 5\n');
    assert.equal((await load()).config.server.port, 5);
  });

  it('names a wrong value by the name of the file as it was given, and its line', async () => {
    await writeFile(join(folder, 'b.yaml'), '\nserver:\n  port: x\n');
    await assert.rejects(load({ flags: { config: 'b.yaml' } }), /b\.yaml:3: server\.port/);
  });

  const unreadable: [string, Partial<ConfigSources>, string, string][] = [
    ['a missing file that --config names', { flags: { config: 'gone.yaml' } }, '--config', 'no such file'],
    [
      'a missing file that HEADGATE_CONFIG names',
      { environment: { HEADGATE_CONFIG: 'gone.yaml' } },
      'HEADGATE_CONFIG',
      'no such file',
    ],
    ['a folder in place of the file', { flags: { config: 'folder' } }, '--config', 'a file that cannot be read (EISDIR)'],
    ['a file of more than a mebibyte', { flags: { config: 'large' } }, '--config', 'a file of 1048577 bytes'],
  ];
  for (const [what, sources, key, found] of unreadable) {
    it(`refuses ${what}, besides the faults of other sources`, async () => {
      await mkdir(join(folder, 'folder'));
      await writeFile(join(folder, 'large'), ' '.repeat(1024 * 1024 + 1));
      const environment = { ...sources.environment, LOGGER__LEVEL: 'x' };
      const error = await load({ ...sources, environment }).catch((reason: unknown) => reason);
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.faults.map((fault) => [fault.key, fault.found]),
        [
          [key, found],
          ['logger.level', '"x"'],
        ],
      );
    });
  }

  it('lets settings win over the file, the environment over settings, and flags over the environment', async () => {
    await writeFile(join(folder, 'config.yaml'), 'oauth:\n  client_id: file\n  scope: file\nserver:\n  port: 1\n  host: ::1\n');
    const { config } = await load({
      settings: { oauth: { client_id: 'settings', scope: 'settings' } },
      environment: { OAUTH__SCOPE: 'environment', SERVER__PORT: '2', SERVER__HOST: 'localhost' },
      flags: { port: '3' },
    });
    const { oauth, server } = config;
    assert.deepEqual([oauth.clientId, oauth.scope, server.host, server.port], ['settings', 'environment', 'localhost', 3]);
  });

  it('reads settings from the data folder that the strongest source names', async () => {
    const asked: string[] = [];
    const settings = async (dataFolder: string) => {
      asked.push(dataFolder);
      return { logger: { level: 'debug' } };
    };
    await writeFile(join(folder, 'config.yaml'), 'storage:\n  data_folder: ./one\n');
    const { config } = await load({ settings, environment: { STORAGE__DATA_FOLDER: './two' } });
    assert.deepEqual([asked, config.logger.level], [['./two'], 'debug']);
  });
});
