/** Reads the secrets that entries of the configuration refer to: `env:NAME` and `file:PATH`. */
import { type DeclaredAccount, secretOf } from './declared-entries.ts';
import type { Environment } from './environment-layer.ts';
import type { ConfigFault } from './faults.ts';
import type { Config } from './schema.ts';
import type { ReadText } from './secret-files.ts';

/** Secrets by their reference. */
export type Secrets = ReadonlyMap<string, string>;

export interface ReadSecrets {
  readonly secrets: Secrets;
  readonly faults: readonly ConfigFault[];
}

/** Fits into a header (RFC 9110 section 5.5) and is long enough not to be a slip. */
const SECRET = /^[\x21-\x7e]{8,4096}$/;
/** A client's key that is not of Headgate's own making must be long, since its form proves nothing. */
const CLIENT_KEY = /^[\x21-\x7e]{20,512}$/;

export async function readReferences(config: Config, environment: Environment, readText: ReadText): Promise<ReadSecrets> {
  const wanted = [
    ...config.accounts.static.map((entry: DeclaredAccount) => ({
      key: 'accounts.static',
      name: entry.name,
      reference: secretOf(entry),
      shape: SECRET,
      allowed: '8 to 4096 visible ASCII characters',
    })),
    ...config.keys.static.map(({ name, key }) => ({
      key: 'keys.static',
      name,
      reference: key,
      shape: CLIENT_KEY,
      allowed: '20 to 512 visible ASCII characters, such as headgate keys create makes',
    })),
  ];
  const secrets = new Map<string, string>();
  const faults: ConfigFault[] = [];
  for (const { key, name, reference, shape, allowed } of wanted) {
    const secret = await resolveReference(reference, environment, readText);
    const place = { source: `the entry "${name}"`, key };
    if (secret === null)
      faults.push({ ...place, found: `${reference}, which is nothing`, allowed: 'a reference to a secret that exists' });
    else if (!shape.test(secret)) faults.push({ ...place, found: `${reference}, which holds something else`, allowed });
    else secrets.set(reference, secret);
  }
  return { secrets, faults };
}

async function resolveReference(reference: string, environment: Environment, readText: ReadText): Promise<string | null> {
  const [, kind, where = ''] = /^(env|file):(.*)$/.exec(reference) ?? [];
  const text = kind === 'env' ? environment[where] : await readText(where).catch(() => undefined);
  const secret = text?.replace(/\r?\n$/, '');
  return secret === undefined || secret === '' ? null : secret;
}
