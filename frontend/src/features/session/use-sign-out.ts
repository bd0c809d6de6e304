import { useMutation } from '@tanstack/react-query';
import { signOut } from '@/api/session.ts';
import { toasts } from '@/components/toasts.tsx';
import { messageOf } from '@/lib/api-error.ts';

/** Loads the sign-in page anew, so that nothing of what was shown stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => location.assign('/ui/sign-in'),
    onError: (error) => toasts.show(messageOf(error), 'bad'),
  });
}
