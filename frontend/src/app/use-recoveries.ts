/** Looks again at the instant when a limited account is back: nothing on the server changes then, so no event tells of it. */
import type { AccountView } from '@contract/accounts.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { accountsQuery } from '@/api/accounts.ts';
import { statisticsQuery } from '@/api/statistics.ts';
import { serverClock } from '@/lib/server-clock.ts';

/** The clocks of browser and server are only nearly alike. */
const MARGIN_MS = 500;

export function useRecoveries(): void {
  const client = useQueryClient();
  // Looks at what the page on show has asked for, and asks for nothing itself: where no account is shown, none has to come back.
  const { data: next = null } = useQuery({ ...accountsQuery(), select: nextRecovery, enabled: false });
  useEffect(() => {
    if (next === null) return;
    const look = (): void => {
      void client.invalidateQueries({ queryKey: ['accounts'] });
      void client.invalidateQueries(statisticsQuery());
    };
    const timer = setTimeout(look, Math.max(0, next - serverClock.now()) + MARGIN_MS);
    return () => clearTimeout(timer);
  }, [client, next]);
}

/** When the first limit or bench ends, in milliseconds of the server's clock; null when there is none. */
function nextRecovery(accounts: readonly AccountView[]): number | null {
  const ends = accounts.flatMap(({ rate_limited_until: until, model_benches: benches }) => [
    ...(until === null ? [] : [Date.parse(until)]),
    ...benches.map((bench) => Date.parse(bench.until)),
  ]);
  return ends.length === 0 ? null : Math.min(...ends);
}
