/** Environment variables and command-line flags as layers: their text is read by what the key expects. */
import { parseDocument } from 'yaml';
import type { ConfigFault } from './faults.ts';
import type { Entry, Layer } from './layer.ts';
import { unknownKey } from './layer.ts';
import { isUnproxiedHost } from './network-values.ts';
import { knownKeys, sectionNames } from './schema.ts';
import type { Setting } from './setting.ts';

/** The environment of a process; pass `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Flags of the command line that stand for a key. */
export interface ConfigFlags {
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly data?: string | undefined;
}

const FLAGS = [
  ['host', 'server.host'],
  ['port', 'server.port'],
  ['data', 'storage.data_folder'],
] as const;

/**
 * Reads every variable whose first segment is a section of ours (`AUTH__API_KEY` → `auth.api_key`). A known first segment with an unknown rest
 * is a fault; other variables are not ours.
 */
export function readEnvironmentLayer(environment: Environment): Layer {
  const entries: Entry[] = [];
  const faults: ConfigFault[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    const [first = '', ...rest] = variable.split('__');
    const section = sectionNames.find((name) => name.toUpperCase() === first);
    if (section === undefined || rest.length === 0 || text === undefined) continue;
    const origin = { kind: 'environment', variable } as const;
    const known = [...knownKeys.values()].find((candidate) => variableOf(candidate.path) === variable);
    if (known) entries.push({ path: known.path, value: readText(text, known.setting), origin });
    else faults.push(unknownVariable(unknownKey(origin, section, rest.join('.').toLowerCase())));
  }
  return { entries, faults };
}

const PROXY_VARIABLES = [
  ['HTTPS_PROXY', 'claude.proxy_url'],
  ['NO_PROXY', 'claude.no_proxy'],
] as const;

/**
 * The variables by which programs are told of a proxy, in either case; where both are set the small one counts, as for curl. What other
 * programs understand in NO_PROXY and Node does not, such as networks, is no reason not to start.
 */
export function readProxyVariables(environment: Environment): Layer {
  const entries = PROXY_VARIABLES.flatMap(([name, path]): Entry[] => {
    const variable = environment[name.toLowerCase()] ? name.toLowerCase() : name;
    const text = environment[variable]?.trim();
    if (!text) return [];
    const value = path === 'claude.no_proxy' ? text.split(/[\s,]+/).filter(isUnproxiedHost) : withScheme(text);
    return [{ path, value, origin: { kind: 'environment', variable } }];
  });
  return { entries, faults: [] };
}

const withScheme = (text: string): string => (text.includes('://') ? text : `http://${text}`);

/** Name of the environment variable that sets `path`: `auth.api_key` → `AUTH__API_KEY`. */
export const variableOf = (path: string): string => path.replace('.', '__').toUpperCase();

/** Names the nearest variable instead of the nearest key: that is what has to be typed. */
function unknownVariable(fault: ConfigFault): ConfigFault {
  const { hint, ...rest } = fault;
  const found = 'an unknown variable';
  return hint === undefined ? { ...rest, found } : { ...rest, found, hint: hint.replace(/\b[a-z_]+\.[a-z_]+/, variableOf) };
}

/** Reads the flags that were given. */
export function readFlagLayer(flags: ConfigFlags): Layer {
  const entries = FLAGS.flatMap(([flag, path]): Entry[] => {
    const value = flags[flag];
    const setting = knownKeys.get(path)?.setting;
    if (value === undefined || setting === undefined) return [];
    return [
      { path, value: typeof value === 'string' ? readText(value, setting) : value, origin: { kind: 'flag', flag: `--${flag}` } },
    ];
  });
  return { entries, faults: [] };
}

/**
 * A variable's text as the value that the same text would be in the file. Texts need no quotes, so that `#`, `: ` or a leading `*` in a key or a
 * cron expression mean themselves and a long number stays as it is; lists are JSON or separated by commas.
 */
function readText(text: string, { kind, secret }: Setting): unknown {
  const trimmed = text.trim();
  switch (kind) {
    case 'list':
      return trimmed.startsWith('[')
        ? readScalar(trimmed)
        : trimmed
            .split(',')
            .map((member) => member.trim())
            .filter((member) => member !== '');
    case 'entries':
      return trimmed === '' ? [] : readScalar(trimmed);
    case 'boolean':
    case 'integer':
    case 'fraction':
      return readScalar(trimmed);
    default:
      if (trimmed === '') return secret ? '' : null;
      return /^(['"]|null$|~$)/.test(trimmed) ? readScalar(trimmed) : trimmed;
  }
}

function readScalar(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  return document.errors.length > 0 ? text : (document.toJS({ maxAliasCount: 0 }) as unknown);
}
