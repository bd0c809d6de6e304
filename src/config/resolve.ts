/** Layers to the frozen `Config`: every value checked by its key's schema, the last layer winning, then the rules between keys. */
import type { z } from 'zod';
import { brokenRules } from './combinations.ts';
import { ConfigError, type ConfigFault, describeFound } from './faults.ts';
import { type Entry, type Layer, type Origin, placeOf } from './layer.ts';
import { type Config, type KnownKey, knownKeys, sectionNames } from './schema.ts';

/** Where each key's value came from, by its path. */
export type Origins = ReadonlyMap<string, Origin>;

export interface ResolvedConfig {
  readonly config: Config;
  readonly origins: Origins;
}

/**
 * Puts layers, given from weakest to strongest, over the defaults. A value that another layer hides is checked too: it is a mistake all the same.
 * @throws ConfigError with every fault of all layers, and of all rules between keys that are right by themselves
 */
export function resolveConfig(layers: readonly Layer[]): ResolvedConfig {
  const faults = layers.map((layer) => [...layer.faults]);
  const values = new Map<string, unknown>();
  const inForce = new Map<string, Entry>();
  const faulty = new Set<string>();
  [{ entries: defaults }, ...layers].forEach(({ entries }, index) => {
    for (const { entry, known, parsed } of entries.flatMap(check)) {
      if (parsed.success) {
        values.set(entry.path, parsed.data);
        inForce.set(entry.path, entry);
      } else {
        faults[index - 1]?.push(wrongValue(known, entry, parsed.error));
        faulty.add(entry.path);
      }
    }
  });
  const config = assemble(values);
  const broken = layers.some(({ unreadable }) => unreadable) ? [] : brokenRules(config, inForce, faulty);
  const all = [...faults.flatMap(inLineOrder), ...broken];
  if (all.length > 0) throw new ConfigError(all);
  return { config, origins: new Map([...inForce].map(([path, { origin }]) => [path, origin])) };
}

const defaults = [...knownKeys.values()].map(
  ({ path, setting }): Entry => ({ path, value: setting.default, origin: { kind: 'default' } }),
);

function check(entry: Entry) {
  const known = knownKeys.get(entry.path);
  return known ? [{ entry, known, parsed: known.setting.schema.safeParse(entry.value) }] : [];
}

const inLineOrder = (faults: ConfigFault[]) => faults.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));

function wrongValue({ path, setting }: KnownKey, { value, origin }: Entry, error: z.ZodError): ConfigFault {
  const shown =
    value === null ? 'nothing' : value === '' ? 'an empty text' : 'a value that is not shown, because the key is secret';
  const found = setting.secret
    ? shown
    : setting.kind === 'entries' && Array.isArray(value)
      ? firstIssue(error)
      : describeFound(value);
  return { ...placeOf(origin), key: path, found, allowed: setting.allowed };
}

/** What is wrong with a list of entries: which one, and what. Values are not shown: a secret may stand where its reference should. */
function firstIssue({ issues: [issue] }: z.ZodError): string {
  const [index, ...path] = issue?.path ?? [];
  const place = index === undefined ? 'the entries' : [`entry ${Number(index) + 1}`, ...path].join(', ');
  const what = issue?.code === 'unrecognized_keys' ? `has the unknown key ${issue.keys[0]?.slice(0, 50)}` : issue?.message;
  return `${place}: ${what}`;
}

/** The values as the program reads them. `values` holds one checked value per known key, so the result has the shape of `Config`. */
function assemble(values: ReadonlyMap<string, unknown>): Config {
  const sections = sectionNames.map((name) => {
    const keys = [...knownKeys.values()].filter(({ section }) => section === name);
    return [name, Object.freeze(Object.fromEntries(keys.map(({ path, property }) => [property, freezeList(values.get(path))])))];
  });
  return Object.freeze(Object.fromEntries(sections) as Config);
}

const freezeList = (value: unknown) =>
  Array.isArray(value) ? Object.freeze(value.map((member) => Object.freeze(member))) : value;
