/** `headgate claude`: Claude Code, pointed at this server. */
import type { Command } from 'commander';
import { type Config, sectionNames } from '../config/schema.ts';
import { environmentOf } from '../contract/client-environment.ts';
import { findServer, withServer } from './api-client.ts';
import { keptKey } from './kept-key.ts';
import { loadSettings } from './load-settings.ts';
import { type CommonOptions, withDataOptions, withExamples } from './options.ts';
import { CommandError } from './output.ts';
import { runProgram } from './run-program.ts';

interface ClaudeOptions extends CommonOptions {
  readonly key?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const OWN_KEY = 'claude-code';

/** `callersUmask`: what the program is to have, whatever Headgate has for itself. */
export function addClaudeCommand(program: Command, callersUmask: number): void {
  withExamples(
    withDataOptions(
      program
        .command('claude [args...]')
        .description('run Claude Code through this server; what follows its first argument is for Claude Code')
        .option('--key <name>', 'an API key of this name, made at the first use and kept in the data folder')
        .allowUnknownOption()
        .passThroughOptions(),
    ),
    'headgate claude',
    'headgate claude --key laptop -p "Say hello"',
  ).action(async (args: readonly string[], options: ClaudeOptions) => {
    const endpoint = await endpointFor(options, process.env);
    const { environment, setAside } = environmentFor(process.env, environmentOf(endpoint));
    if (setAside.length > 0) process.stderr.write(`Set aside for Claude Code: ${setAside.join(', ')}.\n`);
    await runProgram('claude', args, { environment, umask: callersUmask, missing: MISSING });
  });
}

const MISSING = 'Claude Code is not installed, or not on the PATH. Install it: npm install -g @anthropic-ai/claude-code';

async function endpointFor(options: ClaudeOptions, environment: Environment) {
  const { config } = await loadSettings(options);
  const given = options.key === undefined ? givenKey(environment) : null;
  if (given !== null) return { baseUrl: await addressOf(config), key: given };
  return withServer(options, async (api) => ({
    baseUrl: api.url,
    key: await keptKey(api, config.storage.dataFolder, options.key ?? OWN_KEY),
  }));
}

/** Of another kind of key in that variable Headgate could make nothing. */
function givenKey({ HEADGATE_API_KEY: own, ANTHROPIC_AUTH_TOKEN: token }: Environment): string | null {
  if (own !== undefined && own !== '') return own;
  return token?.startsWith('hg_') === true ? token : null;
}

/** Where the server of the data folder listens, else where the configuration says that users reach it. */
async function addressOf({ storage, server }: Config): Promise<string> {
  const address = (await findServer(storage.dataFolder)) ?? server.publicUrl;
  if (address !== undefined) return address;
  throw new CommandError(`No server runs on ${storage.dataFolder}, and server.public_url names none. Start one: headgate serve`);
}

/** What would send Claude Code elsewhere, or make it take Headgate for something else (docs/clients.md). */
const DIVERTING = [
  'ANTHROPIC_API_KEY',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
];

/**
 * The caller's environment with the two variables in it; without what would divert Claude Code, and without Headgate's own settings, among
 * which are secrets that no program beside it needs. `setAside`: the names of the former.
 */
function environmentFor(
  caller: Environment,
  pointing: Readonly<Record<string, string>>,
): { readonly environment: Environment; readonly setAside: readonly string[] } {
  const isSet = (name: string) => caller[name] !== undefined && caller[name] !== '';
  const setAside = DIVERTING.filter(isSet);
  const kept = Object.entries(caller).filter(([name, value]) => !DIVERTING.includes(name) && !isOwn(name, value));
  return { environment: { ...Object.fromEntries(kept), ...pointing }, setAside };
}

/** The launcher keeps compiled code for Headgate alone, unless somebody said otherwise. */
const LAUNCHERS_CACHE = /[/\\]\.cache[/\\]headgate$/;

function isOwn(name: string, value: string | undefined): boolean {
  if (name === 'NODE_COMPILE_CACHE') return value !== undefined && LAUNCHERS_CACHE.test(value);
  return name.startsWith('HEADGATE_') || sectionNames.some((section) => name.startsWith(`${section.toUpperCase()}__`));
}
