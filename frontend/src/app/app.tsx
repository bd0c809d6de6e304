/** Everything that holds for all pages: server state, notes, routes. */
import { QueryClientProvider } from '@tanstack/react-query';
import { NOBODY, sessionQuery } from '@/api/session.ts';
import { Toasts } from '@/components/toasts.tsx';
import { createQueryClient } from '@/lib/query-client.ts';
import { AppRoutes } from './routes.tsx';

const queryClient = createQueryClient((client) => client.setQueryData(sessionQuery().queryKey, NOBODY));

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <AppRoutes />
      <Toasts />
    </QueryClientProvider>
  );
}
