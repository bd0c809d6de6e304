/** The settings by section, narrowed to what is looked for. Pure. */
import type { Setting } from '@/api/settings.ts';

export interface SettingGroup {
  readonly section: string;
  readonly settings: readonly Setting[];
}

export interface SettingFilter {
  /** Words that must all occur in the key or its meaning. */
  readonly text: string;
  readonly onlyChangeable: boolean;
}

export function groupSettings(settings: readonly Setting[], { text, onlyChangeable }: SettingFilter): readonly SettingGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ key, meaning, changeable }: Setting): boolean => {
    const said = `${key} ${meaning}`.toLowerCase();
    return (changeable || !onlyChangeable) && words.every((word) => said.includes(word));
  };
  const groups = new Map<string, Setting[]>();
  for (const setting of settings.filter(fits)) {
    const section = setting.key.split('.', 1)[0] ?? '';
    groups.set(section, [...(groups.get(section) ?? []), setting]);
  }
  return [...groups].map(([section, rows]) => ({ section, settings: rows }));
}
