/** Settings made at run time (snake_case keys in sections, as in the file) as a layer. */
import type { ConfigFault } from './faults.ts';
import { describeFound } from './faults.ts';
import type { Entry, Layer } from './layer.ts';
import { layerOf, notASection, placeOf, unknownKey, unknownSection, unreadable } from './layer.ts';
import { knownKeys, sectionNames } from './schema.ts';

const origin = { kind: 'settings' } as const;

/** Reads the parsed content of the settings file. Keys that are fixed at start are faults: a process cannot change them while it runs. */
export function readSettingsLayer(settings: unknown): Layer {
  if (settings === undefined || settings === null) return { entries: [], faults: [] };
  if (!isGroup(settings)) {
    const allowed = `an object with the sections ${sectionNames.join(', ')}`;
    return unreadable([{ ...placeOf(origin), key: '(file)', found: 'something else than an object', allowed }]);
  }
  return layerOf(
    Object.entries(settings).flatMap(([section, group]): (Entry | ConfigFault)[] => {
      if (!sectionNames.includes(section)) return [unknownSection(origin, section)];
      if (!isGroup(group)) return [notASection(origin, section)];
      return Object.entries(group).map(([key, value]) => readKey(section, key, value));
    }),
  );
}

function readKey(section: string, key: string, value: unknown): Entry | ConfigFault {
  const known = knownKeys.get(`${section}.${key}`);
  if (!known) return unknownKey(origin, section, key);
  if (!known.setting.fixedAtStart) return { path: known.path, value, origin };
  return {
    ...placeOf(origin),
    key: known.path,
    found: describeFound(value),
    allowed: 'only in config.yaml, the environment or a flag: it is fixed at start',
  };
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
