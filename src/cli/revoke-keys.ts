/** `headgate keys revoke`: one key, or in an incident all of a role at once. */
import { type Command, Option } from 'commander';
import type { KeyView } from '../contract/keys.ts';
import { clientSessionListSchema } from '../contract/sessions.ts';
import { type ApiClient, ApiError, listAll, withApi } from './api-client.ts';
import { confirm } from './confirm.ts';
import { allKeys, keyNamed } from './find-key.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, EXIT } from './output.ts';

const ROLES = ['user', 'admin', 'any'] as const;

interface RevokeOptions extends CommonOptions {
  readonly all?: boolean;
  readonly role: (typeof ROLES)[number];
  readonly cut?: boolean;
  readonly yes?: boolean;
}

/** What came of it. `left` still open the API, and why. */
interface Outcome {
  readonly revoked: readonly Named[];
  readonly left: readonly (Named & { readonly reason: string })[];
  /** Clients whose running requests were cut. */
  readonly cut: number;
}

type Named = Pick<KeyView, 'id' | 'name' | 'role'>;

export function addRevokeCommand(keys: Command): void {
  withCommonOptions(
    keys
      .command('revoke [key]')
      .description('delete a key by its name or id, or all keys of a role; they are refused from that instant')
      .option('--all', 'every key of the role that --role says')
      .addOption(new Option('--role <role>', 'with --all: whose keys').choices(ROLES).default('user'))
      .option('--cut', 'cut what its clients have running, too')
      .option('--yes', 'do not ask'),
    'headgate keys revoke laptop',
    'headgate keys revoke --all --cut',
  ).action(revoke);
}

async function revoke(nameOrId: string | undefined, options: RevokeOptions): Promise<void> {
  if ((nameOrId === undefined) === (options.all !== true))
    throw new CommandError('Name one key, or say --all. See: headgate keys list', EXIT.misused);
  await withApi(options, async (api) => {
    const wanted = nameOrId === undefined ? await keysOf(api, options) : [await keyNamed(api, nameOrId)];
    if (wanted.length > 0) await confirm(`${described(wanted)} for good.`, options);
    const outcome = await revokeEach(api, wanted, options.cut === true);
    outputOf(options).result(outcome, () => told(outcome));
    if (outcome.left.length > 0) process.exitCode = EXIT.failed;
  });
}

const keysOf = async (api: ApiClient, { role }: RevokeOptions): Promise<readonly KeyView[]> =>
  (await allKeys(api)).filter((key) => role === 'any' || key.role === role);

const described = (keys: readonly KeyView[]): string =>
  keys.length === 1 ? `The key "${keys[0]?.name}" is revoked` : `${keys.length} keys are revoked`;

/** All keys first, then what runs: a client that is cut must find no key that still opens. */
async function revokeEach(api: ApiClient, keys: readonly KeyView[], alsoCut: boolean): Promise<Outcome> {
  const revoked: Named[] = [];
  const left: (Named & { reason: string })[] = [];
  for (const { id, name, role } of keys) {
    try {
      await api.call('DELETE', `/api/keys/${id}`);
      revoked.push({ id, name, role });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      left.push({ id, name, role, reason: error.message });
    }
  }
  return { revoked, left, cut: alsoCut ? await cutClients(api, new Set(revoked.map(({ id }) => id))) : 0 };
}

async function cutClients(api: ApiClient, keyIds: ReadonlySet<string>): Promise<number> {
  const sessions = await listAll(api, '/api/sessions', clientSessionListSchema);
  const theirs = sessions.filter(({ key, running }) => key !== null && keyIds.has(key.id) && running.length > 0);
  for (const { id } of theirs)
    await api.call('DELETE', `/api/sessions/${id}`).catch((error: unknown) => {
      // It has ended by itself meanwhile.
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
  return theirs.length;
}

function told({ revoked, left, cut }: Outcome): string {
  if (revoked.length + left.length === 0) return 'There is no such key; nothing was changed.';
  const names = revoked.map(({ name }) => `"${name}"`).join(', ');
  return [
    ...(revoked.length === 0 ? [] : [`Revoked: ${names}.`]),
    ...(cut === 0 ? [] : [`Clients that were cut: ${cut}.`]),
    ...left.map(({ name, reason }) => `Not revoked: "${name}". ${reason}`),
  ].join('\n');
}
