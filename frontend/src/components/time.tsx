/** Instants, as far away or as long ago as they are; the exact one is told to who points at it. */
import { useSyncExternalStore } from 'react';
import { formatAgo, formatDuration, formatExact, formatInstant, formatTimeLeft, formatWhen } from '@/lib/format.ts';
import { ticker } from '@/lib/ticker.ts';

/** The present instant by the server's clock, once a second. */
const useNow = (): number => useSyncExternalStore(ticker.subscribe, ticker.now);

interface TimeProps {
  /** RFC 3339, as the server gives it. */
  readonly at: string;
  readonly className?: string;
}

export function Ago({ at, className }: TimeProps) {
  const now = useNow();
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)} className={className}>
      {formatAgo(now - instant)}
    </time>
  );
}

/** `14:05`, `Wed 14:05`, `24 Nov 14:05`. */
export function Instant({ at, className }: TimeProps) {
  const now = useNow();
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)} className={className}>
      {formatInstant(instant, now)}
    </time>
  );
}

/** `at 14:05`, `tomorrow at 14:05`, within a sentence. */
export function When({ at, className }: TimeProps) {
  const now = useNow();
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)} className={className}>
      {formatWhen(instant, now)}
    </time>
  );
}

interface CountdownProps extends TimeProps {
  /** What stands there once the instant has come. */
  readonly over?: string;
}

/** The time left until then, second by second. */
export function Countdown({ at, over = 'now', className }: CountdownProps) {
  const now = useNow();
  const instant = Date.parse(at);
  return (
    <time dateTime={at} title={formatExact(instant)} className={className}>
      {instant <= now ? over : formatTimeLeft(instant - now)}
    </time>
  );
}

interface ElapsedProps {
  readonly since: string;
  readonly className?: string;
}

/** The time that has passed since then, second by second. */
export function Elapsed({ since, className }: ElapsedProps) {
  const now = useNow();
  const instant = Date.parse(since);
  return (
    <time dateTime={since} title={formatExact(instant)} className={className}>
      {formatDuration(Math.max(0, Math.floor((now - instant) / 1000) * 1000)).replace('0ms', '0s')}
    </time>
  );
}
