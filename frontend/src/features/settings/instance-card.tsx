/** This installation: version, where its data lie, whether storage takes what it is given. */
import { CircleCheck, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Settings } from '@/api/settings.ts';
import { Ago } from '@/components/time.tsx';
import { Card } from '@/components/ui/card.tsx';
import { formatBytes, plural } from '@/lib/format.ts';

export function InstanceCard({ settings }: { readonly settings: Settings }) {
  const { version, node_version, data_folder, config_file, storage } = settings;
  const bytes = storage.files.reduce((sum, file) => sum + file.bytes, 0);
  return (
    <Card aria-label="This installation" className="flex flex-col gap-3 p-4">
      <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-2">
        <Fact label="Version">
          Headgate {version}, Node {node_version}
        </Fact>
        <Fact label="Configuration file">{config_file ?? 'none'}</Fact>
        <Fact label="Data folder">{data_folder}</Fact>
        <Fact label="Storage">
          <span className={storage.writable ? 'text-ok' : 'text-bad'}>
            {storage.writable ? (
              <CircleCheck className="-mt-0.5 mr-1 inline size-4" aria-hidden />
            ) : (
              <CircleX className="-mt-0.5 mr-1 inline size-4" aria-hidden />
            )}
            {storage.writable ? 'takes writes' : 'refuses writes: changes are kept in memory only'}
          </span>
          <span className="figures text-subtle">
            {' '}
            · {plural(storage.files.length, 'file')}, {formatBytes(bytes)}
          </span>
        </Fact>
      </dl>
      <details className="text-sm">
        <summary className="w-fit text-accent">Files</summary>
        <ul className="mt-2 flex flex-col gap-1">
          {storage.files.map(({ name, bytes: size, modified_at }) => (
            <li key={name} className="figures grid grid-cols-[minmax(0,1fr)_5rem_6rem] gap-3 text-xs">
              <span className="truncate font-mono" title={name}>
                {name}
              </span>
              <span className="text-right">{formatBytes(size)}</span>
              <Ago at={modified_at} className="text-right text-subtle" />
            </li>
          ))}
        </ul>
      </details>
    </Card>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-subtle text-xs">{label}</dt>
      <dd className="break-words text-sm">{children}</dd>
    </div>
  );
}
