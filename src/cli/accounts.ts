/** `headgate accounts …`: the pool from a terminal. */
import { type Command, Option } from 'commander';
import {
  type AccountView,
  accountSchema,
  createdAccountSchema,
  loginSchema,
  refreshResultSchema,
  testResultSchema,
} from '../contract/accounts.ts';
import { type ApiClient, withApi } from './api-client.ts';
import { ask } from './ask.ts';
import { confirm } from './confirm.ts';
import { accountNamed, allAccounts } from './find-account.ts';
import { addMoveCommands } from './move-accounts.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, type Output, type Tone, table, toned } from './output.ts';

interface AddOptions extends CommonOptions {
  readonly name?: string;
  readonly kind: (typeof KINDS)[number];
  readonly clientId?: string;
}

const KINDS = ['oauth', 'oauth_static', 'api_key'] as const;

export function addAccountCommands(program: Command): void {
  const accounts = program.command('accounts').description('the Claude accounts of the pool');
  const common = (command: Command, example: string) => withCommonOptions(command, example);

  common(accounts.command('list').description('all accounts with their status'), 'headgate accounts list').action(list);
  common(
    accounts
      .command('add')
      .description('add an account: through OAuth, or a secret read from standard input')
      .option('--name <name>', 'how to call it')
      .addOption(new Option('--kind <kind>', 'how it signs in').choices(KINDS).default('oauth'))
      .option('--client-id <id>', 'the OAuth client id issued to you; stored as a setting'),
    'headgate accounts add --name work',
  ).action(add);
  const one = (name: string, description: string, run: (api: ApiClient, account: AccountView, output: Output) => Promise<void>) =>
    common(accounts.command(`${name} <account>`).description(description), `headgate accounts ${name} work`).action(
      (nameOrId: string, options: CommonOptions) =>
        withApi(options, async (api) => run(api, await accountNamed(api, nameOrId), outputOf(options))),
    );
  one('show', 'one account in detail', show);
  one('enable', 'let it serve again', (api, account, output) => setStatus(api, account, 'active', output));
  one('disable', 'keep it from serving', (api, account, output) => setStatus(api, account, 'inactive', output));
  one('refresh', 'refresh its token now', refresh);
  one('test', 'ask the upstream on it; costs nothing', test);
  one('clear-limit', 'forget its cooldown', clearLimit);
  common(
    accounts.command('remove <account>').description('remove it and its credential').option('--yes', 'do not ask'),
    'headgate accounts remove work',
  ).action(remove);
  addMoveCommands(accounts);
}

const TONE_OF: Readonly<Record<AccountView['status'], Tone>> = {
  active: 'good',
  inactive: 'aside',
  rate_limited: 'doubtful',
  invalid: 'bad',
};

async function list(options: CommonOptions): Promise<void> {
  await withApi(options, async (api) => {
    const data = await allAccounts(api);
    const rows = data.map(({ name, kind, status, status_reason, email }) => [
      name,
      kind,
      toned(TONE_OF[status], status),
      status_reason ?? '',
      email ?? '',
    ]);
    outputOf(options).result(data, () =>
      rows.length === 0
        ? 'No account yet. Add one: headgate accounts add'
        : table(['NAME', 'KIND', 'STATUS', 'WHY', 'EMAIL'], rows),
    );
  });
}

async function add(options: AddOptions): Promise<void> {
  await withApi(options, async (api) => {
    const output = outputOf(options);
    const account = options.kind === 'oauth' ? await addByLogin(api, options, output) : await addBySecret(api, options);
    output.result(
      account,
      () =>
        `Account "${account.account.name}" ${account.result === 'reauthorized' ? 'is authorized again' : 'added'}: ${account.account.status}.`,
    );
  });
}

async function addByLogin(api: ApiClient, { name, clientId }: AddOptions, output: Output) {
  const wanted = { ...(name === undefined ? {} : { name }), ...(clientId === undefined ? {} : { client_id: clientId }) };
  const login = loginSchema.parse(await api.call('POST', '/api/oauth/authorize', wanted));
  process.stderr.write(`Open this address, approve, and paste the code that you are shown:\n\n  ${login.authorization_url}\n\n`);
  output.line();
  for (let attempt = 1; ; attempt += 1) {
    const code = await ask('Code: ');
    try {
      return createdAccountSchema.parse(
        await api.call('POST', '/api/accounts', { ...(name === undefined ? {} : { name }), code, state: login.state }),
      );
    } catch (error) {
      if (!(error instanceof CommandError) || attempt === 3) throw error;
      process.stderr.write(`${error.message}\nTry again.\n`);
    }
  }
}

async function addBySecret(api: ApiClient, { name, kind }: AddOptions) {
  if (name === undefined) throw new CommandError(`--name is needed for an account of kind ${kind}.`, 2);
  const secret = await ask(kind === 'api_key' ? 'API key: ' : 'Long-lived token: ');
  const field = kind === 'api_key' ? { api_key: secret } : { access_token: secret };
  return createdAccountSchema.parse(await api.call('POST', '/api/accounts', { name, kind, ...field }));
}

async function show(_api: ApiClient, account: AccountView, output: Output): Promise<void> {
  output.result(account, () =>
    Object.entries(account)
      .map(
        ([key, value]) => `${key}: ${typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '–')}`,
      )
      .join('\n'),
  );
}

async function setStatus(api: ApiClient, { id }: AccountView, status: 'active' | 'inactive', output: Output): Promise<void> {
  const account = accountSchema.parse(await api.call('PATCH', `/api/accounts/${id}`, { status }));
  output.result(account, () => `Account "${account.name}" is ${account.status}.`);
}

async function refresh(api: ApiClient, { id, name }: AccountView, output: Output): Promise<void> {
  const result = refreshResultSchema.parse(await api.call('POST', `/api/accounts/${id}/refresh`));
  if (result.result === 'failed')
    throw new CommandError(`Account "${name}" was not refreshed: ${result.message ?? result.result}`);
  output.result(result, () => `Account "${name}" is ${result.result}.`);
}

async function test(api: ApiClient, { id, name }: AccountView, output: Output): Promise<void> {
  const result = testResultSchema.parse(await api.call('POST', `/api/accounts/${id}/test`));
  if (result.result === 'failed') throw new CommandError(`Account "${name}" failed the test: ${result.message}`);
  output.result(result, () => `Account "${name}" passed the test: ${result.message}`);
}

async function clearLimit(api: ApiClient, { id }: AccountView, output: Output): Promise<void> {
  const account = accountSchema.parse(await api.call('POST', `/api/accounts/${id}/clear-limit`));
  output.result(account, () => `Account "${account.name}" is ${account.status}.`);
}

async function remove(nameOrId: string, options: CommonOptions & { readonly yes?: boolean }): Promise<void> {
  await withApi(options, async (api) => {
    const { id, name } = await accountNamed(api, nameOrId);
    await confirm(`The account "${name}" and its credential are removed for good.`, options);
    await api.call('DELETE', `/api/accounts/${id}`);
    outputOf(options).result({ id, removed: true }, () => `Account "${name}" is removed.`);
  });
}
