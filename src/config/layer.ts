/** A layer: what one source says about the configuration, flat by key path. Later layers win over earlier ones. */
import type { ConfigFault } from './faults.ts';
import { describeFound } from './faults.ts';
import { nearestName } from './nearest.ts';
import { knownKeys, sectionNames } from './schema.ts';

/** Where the value in force came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'settings' }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string };

/** One value that a source gives, as written and not yet checked. */
export interface Entry {
  readonly path: string;
  readonly value: unknown;
  readonly origin: Origin;
}

export interface Layer {
  readonly entries: readonly Entry[];
  readonly faults: readonly ConfigFault[];
  /** Its values are unknown, so rules between keys cannot be judged. */
  readonly unreadable?: true;
}

/** A source that could not be read at all. */
export const unreadable = (faults: readonly ConfigFault[]): Layer => ({ entries: [], faults, unreadable: true });

/** What reading a source's keys one by one gave, as a layer. */
export function layerOf(results: readonly (Entry | ConfigFault)[]): Layer {
  return { entries: results.filter((result) => 'origin' in result), faults: results.filter((result) => 'found' in result) };
}

/** Name of the settings file in messages; its place depends on `storage.data_folder`. */
const SETTINGS_FILE = 'data/settings.json';

/** The part of a fault that says where. */
export function placeOf(origin: Origin): Pick<ConfigFault, 'source' | 'line'> {
  switch (origin.kind) {
    case 'default':
      return { source: 'default' };
    case 'file':
      return { source: origin.file, line: origin.line };
    case 'settings':
      return { source: SETTINGS_FILE };
    case 'environment':
      return { source: `environment variable ${origin.variable}` };
    case 'flag':
      return { source: `flag ${origin.flag}` };
  }
}

/** The fault of a key that the schema does not know. Its value is not shown: it may be a secret under a mistyped name. */
export function unknownKey(origin: Origin, section: string, key: string): ConfigFault {
  const path = `${section}.${key}`;
  const inSection = [...knownKeys.values()].filter((known) => known.section === section).map((known) => known.key);
  const nearest = nearestPath(section, key, inSection);
  return {
    ...placeOf(origin),
    key: printable(path),
    found: 'an unknown key',
    allowed: `in ${section}: ${inSection.join(', ')}`,
    ...(nearest !== undefined && { hint: `did you mean ${nearest}?` }),
  };
}

/** What was probably meant: the same key of another section, else the nearest key of this one, else the nearest path of all. */
function nearestPath(section: string, key: string, inSection: readonly string[]): string | undefined {
  const elsewhere = [...knownKeys.values()].find((known) => known.key === key);
  const nearby = nearestName(key, inSection);
  return elsewhere?.path ?? (nearby === undefined ? nearestName(`${section}.${key}`, knownKeys.keys()) : `${section}.${nearby}`);
}

/** The fault of a section that the schema does not know, with the section or key that was probably meant. */
export function unknownSection(origin: Origin, section: string): ConfigFault {
  const nearest = nearestName(section, sectionNames) ?? [...knownKeys.values()].find(({ key }) => key === section)?.path;
  return {
    ...placeOf(origin),
    key: printable(section),
    found: 'an unknown key',
    allowed: sectionNames.join(', '),
    ...(nearest !== undefined && { hint: `did you mean ${nearest}?` }),
  };
}

/** The fault of a section that holds something else than keys. The value is not shown: it may be a secret in the wrong place. */
export function notASection(origin: Origin, section: string): ConfigFault {
  const [first] = [...knownKeys.values()].filter((known) => known.section === section);
  return {
    ...placeOf(origin),
    key: section,
    found: 'a single value or a list',
    allowed: `a group of keys, such as ${section}.${first?.key}`,
  };
}

const printable = (name: string) => describeFound(name).slice(1, -1);
