/** How server state is kept: what failed is tried again only where that can help, and a lost session shows everywhere at once. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-error.ts';

/** Only a reply that never came, and a server that says it is busy, are worth asking for again. */
export const isWorthRepeating = (failures: number, error: unknown): boolean =>
  failures < 2 && error instanceof ApiError && (error.kind === 'unreachable' || error.status >= 502);

/** `onSignedOut` runs whenever any reply says that nobody is signed in. */
export function createQueryClient(onSignedOut: (client: QueryClient) => void): QueryClient {
  const look = (error: unknown): void => {
    if (error instanceof ApiError && error.status === 401) onSignedOut(client);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: look }),
    mutationCache: new MutationCache({ onError: look }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: isWorthRepeating,
        retryDelay: (failures) => Math.min(1000 * 2 ** failures, 5000),
        refetchOnWindowFocus: true,
        // A server on this machine is reachable without a network.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
  return client;
}
