/** The keys as a table where there is room, else as cards. */
import type { KeyView } from '@contract/keys.ts';
import { Ban, CircleCheck, ClockAlert, FileLock2, ShieldCheck } from 'lucide-react';
import { Ago, Instant } from '@/components/time.tsx';
import { Card } from '@/components/ui/card.tsx';
import { ticker } from '@/lib/ticker.ts';
import { useMedia } from '@/lib/use-media.ts';
import { cn } from '@/lib/utils.ts';
import type { OpenKeyDialog } from './key-dialogs.tsx';
import { KeyMenu } from './key-menu.tsx';
import { type KeyState, sortKeys, stateOf } from './key-state.ts';

interface KeyListProps {
  readonly keys: readonly KeyView[];
  readonly open: OpenKeyDialog;
}

export function KeyList({ keys, open }: KeyListProps) {
  const sorted = sortKeys(keys);
  return useMedia('(min-width: 64rem)') ? <KeyTable keys={sorted} open={open} /> : <KeyCards keys={sorted} open={open} />;
}

function KeyTable({ keys, open }: KeyListProps) {
  return (
    <Card className="overflow-hidden">
      <table className="w-full table-fixed text-left">
        <thead className="border-border border-b text-subtle text-xs">
          <tr>
            <th className="px-4 py-2 font-medium">Name</th>
            <th className="w-36 px-2 py-2 font-medium">Begins with</th>
            <th className="w-28 px-2 py-2 font-medium">Role</th>
            <th className="w-44 px-2 py-2 font-medium">State</th>
            <th className="w-32 px-2 py-2 font-medium">Last used</th>
            <th className="w-36 px-2 py-2 font-medium">Created</th>
            <th className="w-12">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-border">
          {keys.map((key) => (
            <tr key={key.id} className="hover:bg-muted/50">
              <td className="px-4 py-2">
                <KeyName apiKey={key} />
              </td>
              <td className="px-2 py-2">
                <code className="font-mono text-xs">{key.prefix}…</code>
              </td>
              <td className="px-2 py-2">
                <Role role={key.role} />
              </td>
              <td className="px-2 py-2">
                <State apiKey={key} />
              </td>
              <td className="px-2 py-2 text-xs">{key.last_used_at === null ? 'never' : <Ago at={key.last_used_at} />}</td>
              <td className="px-2 py-2 text-xs">
                <Instant at={key.created_at} />
              </td>
              <td className="py-1.5 pr-2 text-right">
                <KeyMenu apiKey={key} open={open} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function KeyCards({ keys, open }: KeyListProps) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {keys.map((key) => (
        <li key={key.id} className="min-w-0">
          <Card className="flex h-full flex-col gap-2 p-4">
            <div className="flex items-start justify-between gap-2">
              <KeyName apiKey={key} />
              <KeyMenu apiKey={key} open={open} />
            </div>
            <div className="flex flex-wrap items-start gap-x-3 gap-y-1 leading-5">
              <State apiKey={key} />
              <Role role={key.role} />
              <code className="font-mono text-xs">{key.prefix}…</code>
            </div>
            <p className="text-subtle text-xs">
              {key.last_used_at === null ? (
                'Never used'
              ) : (
                <>
                  Used <Ago at={key.last_used_at} />
                </>
              )}
              , created <Instant at={key.created_at} />
            </p>
          </Card>
        </li>
      ))}
    </ul>
  );
}

function KeyName({ apiKey: { name, read_only } }: { readonly apiKey: KeyView }) {
  return (
    <div className="min-w-0">
      <p className="truncate font-medium" title={name}>
        {name}
      </p>
      {read_only && (
        <p className="flex items-center gap-1 text-subtle text-xs" title="Declared in the configuration; change it there.">
          <FileLock2 className="size-3.5 shrink-0" aria-hidden />
          in the configuration
        </p>
      )}
    </div>
  );
}

function Role({ role }: Pick<KeyView, 'role'>) {
  if (role === 'user') return <span className="text-subtle text-xs">user</span>;
  return (
    <span className="inline-flex items-center gap-1 text-accent text-xs" title="May also administer Headgate">
      <ShieldCheck className="size-3.5" aria-hidden />
      admin
    </span>
  );
}

const looks = {
  usable: { label: 'Enabled', icon: CircleCheck, className: 'text-ok' },
  expired: { label: 'Expired', icon: ClockAlert, className: 'text-bad' },
  disabled: { label: 'Disabled', icon: Ban, className: 'text-idle' },
} satisfies Record<KeyState, unknown>;

function State({ apiKey }: { readonly apiKey: KeyView }) {
  const state = stateOf(apiKey, ticker.now());
  const { label, icon: Icon, className } = looks[state];
  const { expires_at, former_key_valid_until } = apiKey;
  return (
    <div className="text-xs">
      <span className={cn('flex items-center gap-1 font-medium', className)}>
        <Icon className="size-3.5" aria-hidden />
        {label}
      </span>
      {state === 'usable' && expires_at !== null && (
        <p className="text-subtle">
          until <Instant at={expires_at} />
        </p>
      )}
      {former_key_valid_until !== null && (
        <p className="text-subtle">
          former key until <Instant at={former_key_valid_until} />
        </p>
      )}
    </div>
  );
}
