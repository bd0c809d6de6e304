/** One key of the configuration: what it is for, what counts, where that comes from; edited in place where it can be. */
import { Lock, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { Setting } from '@/api/settings.ts';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/lib/utils.ts';
import { SettingEditor } from './setting-editor.tsx';
import { showOrigin, showValue } from './setting-value.ts';

export function SettingRow({ setting }: { readonly setting: Setting }) {
  const [isEditing, setIsEditing] = useState(false);
  const { key, meaning, origin, changeable, read_only_reason, waits_for_restart } = setting;
  const shown = showValue(setting);
  return (
    <li className="grid gap-x-6 gap-y-1.5 px-4 py-2.5 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
      <div className="min-w-0">
        <p className="break-words font-medium font-mono text-xs leading-5">{key}</p>
        <p className="break-words text-subtle text-xs">{meaning}</p>
      </div>
      {isEditing ? (
        <SettingEditor setting={setting} onDone={() => setIsEditing(false)} />
      ) : (
        <div className="flex min-w-0 items-start justify-between gap-2">
          <div className="min-w-0">
            <p className={cn('figures break-words font-mono text-xs leading-5', shown === 'not set' && 'text-subtle')}>{shown}</p>
            <p className="break-words text-subtle text-xs">
              <span className={cn(origin.kind === 'settings' && 'font-medium text-accent')}>{showOrigin(origin)}</span>
              {read_only_reason !== null && (
                <span title={read_only_reason}>
                  {' '}
                  <Lock className="-mt-0.5 inline size-3" aria-hidden />
                  <span className="sr-only">{read_only_reason}</span>
                </span>
              )}
              {waits_for_restart && <span className="text-warn"> · another value of the file waits for a restart</span>}
            </p>
          </div>
          {changeable && (
            <Button
              variant="ghost"
              size="smallIcon"
              aria-label={`Change ${key}`}
              title={`Change ${key}`}
              onClick={() => setIsEditing(true)}
            >
              <Pencil aria-hidden />
            </Button>
          )}
        </div>
      )}
    </li>
  );
}
