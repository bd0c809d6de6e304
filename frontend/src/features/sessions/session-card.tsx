/** One client: who it is, since when it is here, and what runs for it. */
import type { ClientSessionView } from '@contract/sessions.ts';
import { Ban } from 'lucide-react';
import { Link } from 'react-router';
import { Ago, Countdown, Elapsed } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card } from '@/components/ui/card.tsx';
import { formatBytes, formatWhole } from '@/lib/format.ts';
import { ticker } from '@/lib/ticker.ts';
import { programOf } from './sort-sessions.ts';

interface SessionCardProps {
  readonly session: ClientSessionView;
  readonly onRevoke: () => void;
}

export function SessionCard({ session, onRevoke }: SessionCardProps) {
  const { key, address, user_agent, first_seen_at, last_seen_at, expires_at, revoked_until, running } = session;
  const isRevoked = revoked_until !== null && Date.parse(revoked_until) > ticker.now();
  return (
    <li>
      <Card>
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 py-3">
          <div className="min-w-0">
            <p className="break-words font-medium">
              {key?.name ?? 'without a key'}{' '}
              <span className="font-normal text-subtle" title={user_agent}>
                · {programOf(user_agent)}
              </span>
            </p>
            <p className="figures text-subtle text-xs">
              {address} · here for <Elapsed since={first_seen_at} /> · last request <Ago at={last_seen_at} />
              {running.length === 0 && !isRevoked && (
                <>
                  {' '}
                  · forgotten in <Countdown at={expires_at} over="a moment" />
                </>
              )}
            </p>
          </div>
          {isRevoked ? (
            <p className="flex items-center gap-1.5 text-bad text-xs">
              <Ban className="size-3.5" aria-hidden />
              <span>
                Revoked, refused for <Countdown at={revoked_until} over="a moment" />
              </span>
            </p>
          ) : (
            <Button size="small" onClick={onRevoke}>
              Revoke…
            </Button>
          )}
        </div>
        {running.length > 0 && <RunningRequests running={running} />}
      </Card>
    </li>
  );
}

function RunningRequests({ running }: Pick<ClientSessionView, 'running'>) {
  return (
    <ul className="divide-y divide-border border-border border-t">
      {running.map(({ request_id, started_at, account, method, path, model, bytes_received, bytes_sent }) => (
        <li
          key={request_id}
          className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 px-4 py-2 md:grid-cols-[minmax(0,1fr)_minmax(0,12rem)_11rem_4.5rem]"
        >
          <div className="min-w-0">
            <p className="truncate font-medium" title={model ?? undefined}>
              {model ?? 'no model'}
            </p>
            <p className="truncate font-mono text-subtle text-xs" title={request_id}>
              {method} {path}
            </p>
          </div>
          <p className="min-w-0 self-center truncate text-xs max-md:order-3">
            {account === null ? (
              <span className="text-subtle">waits for an account</span>
            ) : (
              <Link to={`/accounts/${account.id}`} className="hover:underline">
                {account.name}
              </Link>
            )}
          </p>
          <p className="figures self-center text-subtle text-xs max-md:order-4 md:text-right">
            <span title={`${formatWhole(bytes_received)} bytes of the request`}>{formatBytes(bytes_received)} in</span>,{' '}
            <span title={`${formatWhole(bytes_sent)} bytes of the reply`}>{formatBytes(bytes_sent)} out</span>
          </p>
          <Elapsed since={started_at} className="figures self-center text-right text-xs" />
        </li>
      ))}
    </ul>
  );
}
