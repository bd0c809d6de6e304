/** One request of a client in two lines: what was asked of whom, how it ended, how long it took. */
import type { RequestView } from '@contract/requests.ts';
import { Ago } from '@/components/time.tsx';
import { formatCount, formatDuration, plural } from '@/lib/format.ts';
import { cn } from '@/lib/utils.ts';

/** What nearly all requests ask for; another path says why there is no token, and why it was quick. */
const MESSAGES = '/v1/messages';

const OUTCOMES = {
  relayed: null,
  refused: 'refused by Headgate',
  client_gone: 'client left',
  cut: 'upstream broke off',
} satisfies Record<RequestView['outcome'], string | null>;

interface RequestRowProps {
  readonly request: RequestView;
  /** The account that the request is shown for, where it is one: another one may have served it. */
  readonly triedOn?: string;
}

export function RequestRow({ request, triedOn }: RequestRowProps) {
  const { status, outcome, model, path, key, account, attempts, duration_ms, usage, error_type } = request;
  const isGood = status < 400 && outcome === 'relayed';
  const isElsewhere = triedOn !== undefined && account !== null && account.id !== triedOn;
  const details = [
    isElsewhere ? `not served here, but by ${account.name}` : (account?.name ?? 'no account'),
    path === MESSAGES ? null : path,
    key === null ? null : `key ${key.name}`,
    attempts > 1 ? plural(attempts, 'attempt') : null,
    usage === null ? null : `${formatCount(usage.input_tokens)} in, ${formatCount(usage.output_tokens)} out`,
    OUTCOMES[outcome],
    isGood ? null : error_type,
  ].filter((detail) => detail !== null);
  return (
    <li className="flex gap-2.5 px-4 py-2">
      <span
        className={cn(
          'figures mt-0.5 h-5 w-9 shrink-0 rounded text-center font-medium text-xs leading-5',
          isElsewhere ? 'bg-idle-soft text-idle' : isGood ? 'bg-ok-soft text-ok' : 'bg-bad-soft text-bad',
        )}
      >
        {status}
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex justify-between gap-3">
          <span className="min-w-0 truncate font-medium" title={path}>
            {model ?? path}
          </span>
          <span className="figures shrink-0 text-subtle text-xs leading-5">
            took {formatDuration(duration_ms)} · <Ago at={endOf(request)} />
          </span>
        </p>
        <p className="truncate text-subtle text-xs" title={details.join(' · ')}>
          {details.join(' · ')}
        </p>
      </div>
    </li>
  );
}

/** The lists are in the order in which requests ended. */
const endOf = ({ started_at, duration_ms }: RequestView): string => new Date(Date.parse(started_at) + duration_ms).toISOString();
