/** `headgate keys …`: the clients' keys from a terminal. */
import { type Command, Option } from 'commander';
import { createdKeySchema } from '../contract/keys.ts';
import { type ApiClient, withApi } from './api-client.ts';
import { allKeys, keyNamed } from './find-key.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, EXIT, table } from './output.ts';
import { addRevokeCommand } from './revoke-keys.ts';

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly role: string;
  readonly expires?: string;
}

export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description("the clients' keys");
  withCommonOptions(keys.command('list').description('all keys; never the keys themselves'), 'headgate keys list').action(list);
  withCommonOptions(
    keys
      .command('create')
      .description('make a key; it is shown this once')
      .requiredOption('--name <name>', 'who or what will use it')
      .addOption(
        new Option('--role <role>', 'user: the Claude API; admin: administration as well')
          .choices(['user', 'admin'])
          .default('user'),
      )
      .option('--expires <instant>', 'when it ends, such as 2027-01-31T00:00:00Z'),
    'headgate keys create --name laptop',
  ).action(create);
  addRevokeCommand(keys);
  withCommonOptions(
    keys
      .command('rotate <key>')
      .description('give a key a new secret; it is shown this once')
      .option('--grace <seconds>', 'how long the former secret works on', '0'),
    'headgate keys rotate laptop --grace 3600',
  ).action(rotate);
}

async function list(options: CommonOptions): Promise<void> {
  await withApi(options, async (api) => {
    const data = await allKeys(api);
    const rows = data.map((key) => [
      key.name,
      key.role,
      key.prefix,
      key.enabled ? 'enabled' : 'disabled',
      key.expires_at ?? 'never',
      key.last_used_at ?? 'never',
    ]);
    outputOf(options).result(data, () =>
      rows.length === 0
        ? 'No key yet. Make one: headgate keys create --name laptop'
        : table(['NAME', 'ROLE', 'STARTS WITH', 'STATE', 'EXPIRES', 'LAST USED'], rows),
    );
  });
}

/** Makes a key and returns it with its secret, which is shown only now. */
export async function createKey(api: ApiClient, { name, role, expires }: Pick<CreateOptions, 'name' | 'role' | 'expires'>) {
  return createdKeySchema.parse(
    await api.call('POST', '/api/keys', { name, role, ...(expires === undefined ? {} : { expires_at: expires }) }),
  );
}

async function create(options: CreateOptions): Promise<void> {
  await withApi(options, async (api) => {
    const created = await createKey(api, options);
    outputOf(options).result(created, () => `${created.key}\n\nThis is the only time it is shown. Use it so:\n  headgate env`);
  });
}

async function rotate(nameOrId: string, options: CommonOptions & { readonly grace: string }): Promise<void> {
  if (!/^\d{1,6}$/.test(options.grace)) throw new CommandError('--grace is a number of seconds, at most 604800.', EXIT.misused);
  await withApi(options, async (api) => {
    const { id, name } = await keyNamed(api, nameOrId);
    const wanted = { grace_period_seconds: Number(options.grace) };
    const rotated = createdKeySchema.parse(await api.call('POST', `/api/keys/${id}/rotate`, wanted));
    const former = rotated.former_key_valid_until;
    const until = former === null ? 'The former key is refused from now on.' : `The former key works until ${former}.`;
    outputOf(options).result(rotated, () => `${rotated.key}\n\nThis is the new key "${name}", shown only now. ${until}`);
  });
}
