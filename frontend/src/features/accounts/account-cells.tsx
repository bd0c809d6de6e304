/** What is told of one account in a list, piece by piece: the table and the cards are put together from the same pieces. */
import type { AccountView } from '@contract/accounts.ts';
import { FileLock2, TriangleAlert } from 'lucide-react';
import { Link } from 'react-router';
import { StatusBadge } from '@/components/status-badge.tsx';
import { Ago, Countdown, Instant } from '@/components/time.tsx';
import { WindowMeter } from '@/components/window-meter.tsx';
import { formatCount, formatWhole, plural } from '@/lib/format.ts';
import { isLoginEnding } from '@/lib/login-end.ts';
import { ticker } from '@/lib/ticker.ts';
import { cn } from '@/lib/utils.ts';

const KINDS = {
  oauth: 'OAuth',
  oauth_static: 'Long-lived token',
  api_key: 'API key',
} satisfies Record<AccountView['kind'], string>;

export const kindLabel = (kind: AccountView['kind']): string => KINDS[kind];

interface CellProps {
  readonly account: AccountView;
}

export function IdentityCell({ account }: CellProps) {
  const { id, name, kind, plan, email, organization, read_only } = account;
  const what = [kindLabel(kind), plan, organization.name].filter((part) => part !== null).join(' · ');
  return (
    <div className="min-w-0">
      <Link to={`/accounts/${id}`} data-row-link className="block truncate font-medium text-accent hover:underline" title={name}>
        {name}
      </Link>
      {email !== null && email !== name && (
        <p className="truncate text-subtle text-xs" title={email}>
          {email}
        </p>
      )}
      <p className="truncate text-subtle text-xs" title={what}>
        {what}
      </p>
      {read_only && <DeclaredTag />}
    </div>
  );
}

/** It cannot be changed here. */
export function DeclaredTag() {
  return (
    <p className="flex items-center gap-1 text-subtle text-xs" title="Declared in the configuration; change it there.">
      <FileLock2 className="size-3.5 shrink-0" aria-hidden />
      in the configuration
    </p>
  );
}

export function StatusCell({ account }: CellProps) {
  const { status, status_reason, rate_limited_until, model_benches, last_refresh_error } = account;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <StatusBadge status={status} />
        {status === 'rate_limited' && rate_limited_until !== null && (
          <span className="text-xs figures">
            back in <Countdown at={rate_limited_until} over="a moment" className="font-medium" />
          </span>
        )}
      </div>
      {status_reason !== null && (
        <p className="text-subtle text-xs break-words">
          {status_reason} {status === 'rate_limited' && 'Nothing to do: it comes back by itself.'}
        </p>
      )}
      {model_benches.map(({ family, until }) => (
        <p key={family} className="text-subtle text-xs">
          No {family} models until <Instant at={until} />
        </p>
      ))}
      {last_refresh_error !== null && (
        <p className="line-clamp-3 text-bad text-xs break-words" title={last_refresh_error.message}>
          Last refresh failed <Ago at={last_refresh_error.at} />: {last_refresh_error.message}
        </p>
      )}
    </div>
  );
}

export function QuotaCell({ account }: CellProps) {
  if (account.windows.length === 0) return <p className="text-subtle text-xs">No quota reported yet</p>;
  return (
    <div className="flex flex-col gap-1">
      {account.windows.map((window) => (
        <WindowMeter key={window.name} window={window} />
      ))}
    </div>
  );
}

export function TokenCell({ account }: CellProps) {
  const { kind, expires_at, login_expires_at, login_expires_estimated } = account;
  const ending = isLoginEnding(account, ticker.now());
  return (
    <div className="flex flex-col text-xs">
      {kind === 'api_key' ? (
        <span className="text-subtle">does not expire</span>
      ) : expires_at === null ? (
        <span className="text-subtle">end unknown</span>
      ) : (
        <span>
          token: <Countdown at={expires_at} over="expired" />
        </span>
      )}
      {login_expires_at !== null && (
        <span className={cn('inline-flex items-center gap-1', ending ? 'font-medium text-warn' : 'text-subtle')}>
          {ending && <TriangleAlert className="size-3.5" aria-hidden />}
          <span>
            login: <Countdown at={login_expires_at} over="lapsed" />
            {login_expires_estimated && ' (estimate)'}
          </span>
        </span>
      )}
    </div>
  );
}

export function UseCell({ account }: CellProps) {
  const { last_used_at, in_flight, counters } = account;
  return (
    <div className="flex flex-col text-xs figures">
      <span>{in_flight > 0 ? 'in use now' : last_used_at === null ? 'never used' : <Ago at={last_used_at} />}</span>
      <span className={in_flight > 0 ? 'text-accent' : 'text-subtle'}>{formatWhole(in_flight)} in flight</span>
      <span
        className="text-subtle"
        title={`${formatWhole(counters.requests)} requests, ${formatWhole(counters.failures)} failed`}
      >
        {formatCount(counters.requests)} {plural(counters.requests, 'request').split(' ')[1]}
      </span>
    </div>
  );
}
