/** The figures of the last hour and of this moment. Each tile keeps its size while it waits for its number. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Statistics } from '@/api/statistics.ts';
import { Countdown } from '@/components/time.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { formatCompact, formatCount, formatShare, formatWhole, plural } from '@/lib/format.ts';

export function FigureTiles({ statistics }: { readonly statistics: Statistics | undefined }) {
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-border bg-border md:grid-cols-3 xl:grid-cols-6">
      {tilesOf(statistics).map(({ label, value, detail }) => (
        <div key={label} className="flex min-w-0 flex-col bg-surface px-4 py-3">
          <dt className="text-subtle text-xs">{label}</dt>
          <dd className="figures mt-0.5 break-words font-semibold text-lg leading-7">
            {value ?? <Skeleton className="mt-1 h-5 w-16" />}
          </dd>
          <dd className="figures min-h-8 text-subtle text-xs leading-4">{detail}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Tile {
  readonly label: string;
  readonly value?: ReactNode;
  readonly detail?: ReactNode;
}

const LABELS = ['Accounts', 'Requests, last hour', 'Tokens, last hour', 'Running now', 'Next recovery', 'Next refresh'] as const;

function tilesOf(statistics: Statistics | undefined): readonly Tile[] {
  if (statistics === undefined) return LABELS.map((label) => ({ label }));
  const tiles = [accountsTile, requestsTile, tokensTile, runningTile, recoveryTile, refreshTile];
  return tiles.map((tile, index) => ({ label: LABELS[index] ?? '', ...tile(statistics) }));
}

function accountsTile({
  total_accounts,
  active_accounts,
  rate_limited_accounts,
  invalid_accounts,
  inactive_accounts,
}: Statistics): Omit<Tile, 'label'> {
  return {
    value: (
      <>
        {formatWhole(active_accounts)}{' '}
        <span className="font-normal text-sm text-subtle">of {formatWhole(total_accounts - inactive_accounts)} active</span>
      </>
    ),
    // Of those that are switched on, as the verdict counts them.
    detail: `${rate_limited_accounts} rate limited, ${invalid_accounts} invalid${inactive_accounts > 0 ? `; ${inactive_accounts} switched off` : ''}`,
  };
}

function requestsTile({ requests: { last_hour, total } }: Statistics): Omit<Tile, 'label'> {
  const share = last_hour.requests === 0 ? 0 : last_hour.errors / last_hour.requests;
  return {
    value: formatCount(last_hour.requests),
    detail: (
      <>
        <span className={last_hour.errors > 0 ? 'text-bad' : undefined}>
          {plural(last_hour.errors, 'error')}
          {last_hour.errors > 0 && `, ${formatShare(share)}`}
        </span>
        {total.requests > last_hour.requests && (
          <>
            <br />
            {formatCount(total.requests)} since the start, {formatCount(total.errors)} failed
          </>
        )}
      </>
    ),
  };
}

function tokensTile({ tokens: { last_hour, total } }: Statistics): Omit<Tile, 'label'> {
  const exact = (tokens: typeof total): string =>
    `${formatWhole(tokens.input)} in, ${formatWhole(tokens.output)} out, ${formatWhole(tokens.cache_read)} read from and ${formatWhole(tokens.cache_creation)} written to prompt caches`;
  return {
    value: (
      <span title={exact(last_hour)} className="flex flex-wrap gap-x-2">
        <Amount count={last_hour.input} unit="in" /> <Amount count={last_hour.output} unit="out" />
      </span>
    ),
    detail: (
      <>
        cache: {formatCompact(last_hour.cache_read)} read, {formatCompact(last_hour.cache_creation)} written
        {total.output > last_hour.output && (
          <span className="block" title={exact(total)}>
            since the start {formatCompact(total.input)} in, {formatCompact(total.output)} out
          </span>
        )}
      </>
    ),
  };
}

/** A number and what it counts, kept together on one line. */
function Amount({ count, unit }: { readonly count: number; readonly unit: string }) {
  return (
    <span className="whitespace-nowrap">
      {formatCompact(count)} <span className="font-normal text-sm text-subtle">{unit}</span>
    </span>
  );
}

function runningTile({ requests: { in_flight }, active_streams }: Statistics): Omit<Tile, 'label'> {
  const others = Math.max(0, in_flight - active_streams);
  return {
    value: formatWhole(in_flight),
    detail: `${formatWhole(active_streams)} streaming${others > 0 ? `, ${formatWhole(others)} before the first byte` : ''}`,
  };
}

function recoveryTile({ next_recovery, rate_limited_accounts, invalid_accounts }: Statistics): Omit<Tile, 'label'> {
  const isAnyOut = rate_limited_accounts + invalid_accounts > 0;
  if (next_recovery === null) return { value: '–', detail: isAnyOut ? 'No account comes back by itself' : 'Nobody is out' };
  const { account, at } = next_recovery;
  return {
    value: <Countdown at={at} over="now" />,
    detail: (
      <Link to={`/accounts/${account.id}`} className="text-accent hover:underline">
        {account.name}
      </Link>
    ),
  };
}

function refreshTile({ next_refresh_at, accounts_needing_refresh, oldest_token_age_hours }: Statistics): Omit<Tile, 'label'> {
  const ending =
    accounts_needing_refresh === 0
      ? 'No token ends within the hour'
      : `${plural(accounts_needing_refresh, 'token ends', 'tokens end')} within the hour`;
  return {
    value: next_refresh_at === null ? '–' : <Countdown at={next_refresh_at} over="now" />,
    detail: oldest_token_age_hours === null ? 'No token to refresh' : ending,
  };
}
