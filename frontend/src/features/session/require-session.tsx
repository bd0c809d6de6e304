/** Lets only who is signed in see what is inside; everybody else signs in first and then comes back to where they were. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { Navigate, useLocation } from 'react-router';
import { sessionQuery } from '@/api/session.ts';
import { LoadFailure } from '@/components/load-failure.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { serverClock } from '@/lib/server-clock.ts';
import type { SignInState } from './sign-in-state.ts';

/** The longest delay that a browser's timer can hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function RequireSession({ children }: { readonly children: ReactNode }) {
  const session = useQuery(sessionQuery());
  const location = useLocation();
  const expiresAt = session.data?.expires_at ?? null;
  useAskAgainAt(expiresAt);
  const authenticated = session.data?.authenticated;
  const wasSignedIn = useRef(false);
  useEffect(() => {
    if (authenticated === true) wasSignedIn.current = true;
  }, [authenticated]);

  if (authenticated === true) return children;
  if (authenticated === false) {
    const state: SignInState = { from: location.pathname + location.search, ended: wasSignedIn.current };
    return <Navigate to="/sign-in" replace state={state} />;
  }
  return (
    <main className="mx-auto flex max-w-xl flex-col gap-4 p-6">
      <h1 className="sr-only">Headgate</h1>
      {session.isError ? (
        <LoadFailure what="The dashboard" query={session} />
      ) : (
        <div role="status" aria-label="Loading" className="flex flex-col gap-4">
          <Skeleton className="h-8 w-40" />
          <Skeleton className="h-24 w-full" />
        </div>
      )}
    </main>
  );
}

/** A session that has ended shows at its end, not at the next click. */
function useAskAgainAt(expiresAt: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    if (expiresAt === null) return;
    const left = Date.parse(expiresAt) - serverClock.now() + 500;
    const timer = setTimeout(() => client.invalidateQueries(sessionQuery()), Math.min(Math.max(left, 1000), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [client, expiresAt]);
}
