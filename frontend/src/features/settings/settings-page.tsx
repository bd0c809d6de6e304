/** The configuration in force: where each value comes from, and those that can be changed while the server runs. */
import { useQuery } from '@tanstack/react-query';
import { Lock, Search } from 'lucide-react';
import { useState } from 'react';
import { settingsQuery } from '@/api/settings.ts';
import { LoadFailure } from '@/components/load-failure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { StaleNotice } from '@/components/stale-notice.tsx';
import { Card } from '@/components/ui/card.tsx';
import { Input } from '@/components/ui/input.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { groupSettings } from './group-settings.ts';
import { InstanceCard } from './instance-card.tsx';
import { RefusedChange } from './refused-change.tsx';
import { SettingRow } from './setting-row.tsx';

export function SettingsPage() {
  const settings = useQuery(settingsQuery());
  const [text, setText] = useState('');
  const [onlyChangeable, setOnlyChangeable] = useState(false);
  const groups = groupSettings(settings.data?.data ?? [], { text, onlyChangeable });
  return (
    <>
      <PageHeader title="Settings" />
      <StaleNotice query={settings} />
      {settings.isError && !settings.data && <LoadFailure what="The settings" query={settings} />}
      {settings.isPending && <Skeleton className="h-96" />}
      {settings.data && (
        <>
          <RefusedChange change={settings.data.last_refused_change} />
          <InstanceCard settings={settings.data} />
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <div className="relative min-w-0 flex-1 basis-52 sm:max-w-xs">
              <Search className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-subtle" aria-hidden />
              <Input
                type="search"
                aria-label="Find settings"
                placeholder="Key or meaning"
                value={text}
                onChange={({ target }) => setText(target.value)}
                className="pl-8"
              />
            </div>
            <label className="flex items-center gap-2 text-sm">
              <input
                type="checkbox"
                className="size-4 accent-primary"
                checked={onlyChangeable}
                onChange={({ target }) => setOnlyChangeable(target.checked)}
              />
              Only what can be changed here
            </label>
          </div>
          <p className="text-subtle text-sm">
            <Lock className="-mt-0.5 inline size-3.5" aria-hidden /> marks what is not changed here, but in{' '}
            {settings.data.config_file === null ? (
              <>
                a configuration file: there is none yet. Make one from <code className="font-mono">config.example.yaml</code>, and
                start with <code className="font-mono">headgate serve --config FILE</code>
              </>
            ) : (
              <code className="break-all font-mono">{settings.data.config_file}</code>
            )}
            . Each mark says whether that takes a restart.
          </p>
          {groups.length === 0 && <p className="py-8 text-center text-subtle">No setting fits.</p>}
          {groups.map(({ section, settings: rows }) => (
            <Card key={section} aria-labelledby={`section-${section}`}>
              <h2 id={`section-${section}`} className="border-border border-b px-4 py-2 font-mono font-semibold text-sm">
                {section}
              </h2>
              <ul className="divide-y divide-border">
                {rows.map((setting) => (
                  <SettingRow key={setting.key} setting={setting} />
                ))}
              </ul>
            </Card>
          ))}
        </>
      )}
    </>
  );
}
