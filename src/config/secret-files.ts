/** `AUTH__API_KEY_FILE=/run/secrets/admin-key`: a secret from a file, as container platforms hand it over. */
import type { Environment } from './environment-layer.ts';
import { variableOf } from './environment-layer.ts';
import type { ConfigFault } from './faults.ts';
import { knownKeys } from './schema.ts';
import type { SettingKind } from './setting.ts';

const SUFFIX = '_FILE';

/** Reads a file's text. Rejects with the system's error. */
export type ReadText = (file: string) => Promise<string>;

export interface ExpandedEnvironment {
  readonly environment: Environment;
  readonly faults: readonly ConfigFault[];
}

/** The environment with the content of such files under the variables' own names; one newline at the end is cut. */
export async function expandSecretFiles(environment: Environment, readText: ReadText): Promise<ExpandedEnvironment> {
  const expanded: Record<string, string | undefined> = { ...environment };
  const faults: ConfigFault[] = [];
  const secrets = [...knownKeys.values()].filter(({ setting }) => setting.secret);
  for (const { path, setting } of secrets) {
    const variable = variableOf(path);
    const file = environment[variable + SUFFIX];
    if (file === undefined) continue;
    delete expanded[variable + SUFFIX];
    const place = { source: `environment variable ${variable}${SUFFIX}`, key: path };
    if (environment[variable] !== undefined) {
      faults.push({ ...place, found: `${variable} as well`, allowed: 'one of the two' });
      continue;
    }
    const text = await readText(file).catch((error: NodeJS.ErrnoException) => error);
    if (typeof text === 'string') expanded[variable] = contentAs(setting.kind, text);
    else
      faults.push({
        ...place,
        found: `a file that cannot be read (${text.code ?? 'unknown'})`,
        allowed: 'the path of a readable file',
      });
  }
  return { environment: expanded, faults };
}

/** A list stands one member a line. */
function contentAs(kind: SettingKind, text: string): string {
  const content = text.replace(/\r?\n$/, '');
  return kind === 'list' ? content.split(/\r?\n/).join(',') : content;
}
