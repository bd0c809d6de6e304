/** `headgate accounts …`: the pool from a terminal. */
import type { Command } from 'commander';
import { type AccountView, accountSchema, refreshResultSchema, testResultSchema } from '../contract/accounts.ts';
import { addAddCommand } from './add-account.ts';
import { type ApiClient, withApi } from './api-client.ts';
import { confirm } from './confirm.ts';
import { accountNamed, allAccounts } from './find-account.ts';
import { addMoveCommands } from './move-accounts.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, type Output, type Tone, table, toned } from './output.ts';

export function addAccountCommands(program: Command): void {
  const accounts = program.command('accounts').description('the Claude accounts of the pool');
  const common = (command: Command, example: string) => withCommonOptions(command, example);

  common(accounts.command('list').description('all accounts with their status'), 'headgate accounts list').action(list);
  addAddCommand(accounts);
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
