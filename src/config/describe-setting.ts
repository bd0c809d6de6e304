/** One key of the configuration in force, for people: its value as it would be written, where it came from, and whether it can be changed. */
import type { Origin } from './layer.ts';
import type { LiveConfig } from './live-config.ts';
import type { KnownKey } from './schema.ts';
import type { SettingKind, WrittenValue } from './setting.ts';
import { writtenValue } from './written-value.ts';

/** Snake_case, as the administration API and the command line print it. */
export interface SettingDescription {
  readonly key: string;
  readonly value: WrittenValue;
  readonly is_set_secret: boolean;
  readonly default: WrittenValue;
  readonly origin: { readonly kind: Origin['kind']; readonly name: string | null; readonly line: number | null };
  readonly meaning: string;
  readonly allowed: string;
  readonly kind: SettingKind;
  readonly choices: readonly string[];
  readonly waits_for_restart: boolean;
  readonly changeable: boolean;
  readonly read_only_reason: string | null;
  readonly file_value: WrittenValue;
}

export function describeSetting(live: LiveConfig, known: KnownKey): SettingDescription {
  const { path, setting } = known;
  const origin = live.origins.get(path) ?? { kind: 'default' };
  const written = writtenValue(live.current(), known);
  const readOnly = live.fixedBecause(known);
  const beneath = origin.kind === 'settings' ? live.withoutSettings() : null;
  return {
    key: path,
    value: setting.secret ? null : written,
    is_set_secret: setting.secret && isSet(written),
    default: setting.default,
    origin: presentOrigin(origin),
    meaning: setting.meaning,
    allowed: setting.allowed,
    kind: setting.kind,
    choices: setting.choices,
    waits_for_restart: live.waiting.includes(path),
    changeable: readOnly === null,
    read_only_reason: readOnly,
    file_value: beneath === null || setting.secret ? null : writtenValue(beneath.config, known),
  };
}

/** Null and an empty list are nothing. */
export const isSet = (value: WrittenValue): boolean => value !== null && !(Array.isArray(value) && value.length === 0);

function presentOrigin(origin: Origin): SettingDescription['origin'] {
  switch (origin.kind) {
    case 'file':
      return { kind: 'file', name: origin.file, line: origin.line };
    case 'environment':
      return { kind: 'environment', name: origin.variable, line: null };
    case 'flag':
      return { kind: 'flag', name: origin.flag, line: null };
    default:
      return { kind: origin.kind, name: null, line: null };
  }
}
