/** Light, dark, or as the system has it. `public/theme.js` applies the choice before the first paint. */

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED_AS = 'headgate-theme';

const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

/** What was chosen in this browser; `system` where nothing was, or where storage is blocked. */
export function chosenTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED_AS);
    return isTheme(stored) ? stored : 'system';
  } catch {
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  try {
    localStorage.setItem(STORED_AS, theme);
  } catch {
    // It then lasts as long as the page.
  }
}
