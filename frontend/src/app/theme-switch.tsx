/** Three buttons in a row: as the system has it, light, dark. */
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { applyTheme, chosenTheme, THEMES, type Theme } from '@/lib/theme.ts';
import { cn } from '@/lib/utils.ts';

const looks = {
  system: { icon: Monitor, label: 'System theme' },
  light: { icon: Sun, label: 'Light theme' },
  dark: { icon: Moon, label: 'Dark theme' },
} satisfies Record<Theme, unknown>;

export function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme): void => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <fieldset className="flex w-fit gap-0.5 rounded-md border border-border p-0.5">
      <legend className="sr-only">Theme</legend>
      {THEMES.map((each) => {
        const { icon: Icon, label } = looks[each];
        return (
          <button
            key={each}
            type="button"
            aria-label={label}
            title={label}
            aria-pressed={theme === each}
            onClick={() => choose(each)}
            className={cn('rounded p-1.5 text-subtle hover:text-foreground', theme === each && 'bg-muted text-foreground')}
          >
            <Icon className="size-3.5" aria-hidden />
          </button>
        );
      })}
    </fieldset>
  );
}
