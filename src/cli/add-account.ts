/** `headgate accounts add`: step by step with a person at a terminal, or from flags and standard input. */
import { type Command, Option } from 'commander';
import { type AccountView, createdAccountSchema, loginSchema } from '../contract/accounts.ts';
import { type ApiClient, ApiError, withApi } from './api-client.ts';
import { ask } from './ask.ts';
import { type CommonOptions, outputOf, withCommonOptions } from './options.ts';
import { CommandError, EXIT } from './output.ts';
import { askHidden, askText, canAsk, choose, type Judge } from './prompts.ts';
import { recogniseCode } from './recognise-code.ts';

const KINDS = ['oauth', 'oauth_static', 'api_key'] as const;
type Kind = (typeof KINDS)[number];
type SecretKind = Exclude<Kind, 'oauth'>;

interface AddOptions extends CommonOptions {
  readonly name?: string;
  readonly kind?: Kind;
  readonly clientId?: string;
}

interface Added {
  readonly result: 'created' | 'reauthorized';
  readonly account: AccountView;
}

/** Adds the command to the group `accounts`. */
export function addAddCommand(accounts: Command): void {
  withCommonOptions(
    accounts
      .command('add')
      .description('add an account, or authorize one again; what is not said by options is asked for at a terminal')
      .option('--name <name>', 'how to call it')
      .addOption(new Option('--kind <kind>', 'how it signs in; oauth where nobody can be asked').choices(KINDS))
      .option('--client-id <id>', 'the OAuth client id issued to you; stored as a setting'),
    'headgate accounts add',
    'headgate accounts add --name work --kind api_key < key.txt',
  ).action(add);
}

async function add(options: AddOptions): Promise<void> {
  await withApi(options, async (api) => {
    const { result, account } = await (canAsk() ? addAsking(api, options) : addFromInput(api, options));
    outputOf(options).result(
      { result, account },
      () => `Account "${account.name}" ${result === 'reauthorized' ? 'is authorized again' : 'added'}: ${account.status}.`,
    );
  });
}

const LABELS: Readonly<Record<Kind, string>> = {
  oauth: 'A Claude account, approved in the browser (OAuth)',
  api_key: 'An API key of the Claude Console',
  oauth_static: 'A long-lived token of a Claude account',
};

const needed: Judge = (answer) => (answer.trim() === '' ? 'Something has to stand here.' : undefined);

async function addAsking(api: ApiClient, { kind: saidKind, name: saidName, clientId }: AddOptions): Promise<Added> {
  const kind = saidKind ?? (await choose('What kind of account is it?', LABELS));
  if (kind === 'oauth') {
    const name = saidName ?? (await askText('How to call it? (empty: by its email address)'));
    return loginAsking(api, name === '' ? undefined : name, clientId);
  }
  const name = saidName ?? (await askText('How to call it?', needed));
  for (;;) {
    const secret = await askHidden(kind === 'api_key' ? 'The API key' : 'The long-lived token', needed);
    try {
      return await sendSecret(api, { name, kind, secret: secret.trim() });
    } catch (error) {
      tellRefusal(error);
    }
  }
}

async function loginAsking(api: ApiClient, name: string | undefined, clientId: string | undefined): Promise<Added> {
  const login = await beginLogin(api, name, clientId).catch(async (error: unknown) => {
    if (!(error instanceof ApiError && error.type === 'not_configured')) throw error;
    return beginLogin(api, name, await askText('The OAuth client id that was issued to you', needed));
  });
  tellAddress(login.authorization_url);
  for (;;) {
    const pasted = await askText('The code', (answer) => {
      const { kind, words } = recogniseCode(answer, login.state);
      return kind === 'unfit' ? words : undefined;
    });
    process.stderr.write(`Recognised: ${recogniseCode(pasted, login.state).words}.\n`);
    try {
      return await sendCode(api, { name, code: pasted, state: login.state });
    } catch (error) {
      tellRefusal(error);
    }
  }
}

/** The person tries again. @throws what is no refusal */
function tellRefusal(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  process.stderr.write(`${error.message}\nTry again, or give up with Ctrl-C.\n`);
}

/** On a line of its own, whole, so that it can be copied. */
function tellAddress(address: string): void {
  process.stderr.write(`Open this address, approve, and paste the code that you are shown:\n\n  ${address}\n\n`);
}

async function addFromInput(api: ApiClient, { kind = 'oauth', name, clientId }: AddOptions): Promise<Added> {
  if (kind === 'oauth') return loginFromInput(api, name, clientId);
  if (name === undefined) throw new CommandError(`--name is needed for an account of kind ${kind}.`, EXIT.misused);
  const secret = await ask(kind === 'api_key' ? 'API key: ' : 'Long-lived token: ');
  return sendSecret(api, { name, kind, secret });
}

const MAX_ATTEMPTS = 3;

async function loginFromInput(api: ApiClient, name: string | undefined, clientId: string | undefined): Promise<Added> {
  const login = await beginLogin(api, name, clientId);
  tellAddress(login.authorization_url);
  for (let attempt = 1; ; attempt += 1) {
    const code = await ask('Code: ');
    try {
      return await sendCode(api, { name, code, state: login.state });
    } catch (error) {
      if (!(error instanceof ApiError) || attempt === MAX_ATTEMPTS) throw error;
      process.stderr.write(`${error.message}\nTry again.\n`);
    }
  }
}

async function beginLogin(api: ApiClient, name: string | undefined, clientId: string | undefined) {
  const wanted = { ...(name === undefined ? {} : { name }), ...(clientId === undefined ? {} : { client_id: clientId }) };
  return loginSchema.parse(await api.call('POST', '/api/oauth/authorize', wanted));
}

async function sendCode(
  api: ApiClient,
  { name, code, state }: { readonly name: string | undefined; readonly code: string; readonly state: string },
): Promise<Added> {
  const sent = { ...(name === undefined ? {} : { name }), code, state };
  return createdAccountSchema.parse(await api.call('POST', '/api/accounts', sent));
}

async function sendSecret(
  api: ApiClient,
  { name, kind, secret }: { readonly name: string; readonly kind: SecretKind; readonly secret: string },
): Promise<Added> {
  const field = kind === 'api_key' ? { api_key: secret } : { access_token: secret };
  return createdAccountSchema.parse(await api.call('POST', '/api/accounts', { name, kind, ...field }));
}
