/** What is done at once, with a note about how it ended. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { accountCommands, noteAccount } from '@/api/accounts.ts';
import { toasts } from '@/components/toasts.tsx';
import { messageOf } from '@/lib/api-error.ts';

const tellFailure = (error: unknown): void => toasts.show(messageOf(error), 'bad');

export function useAccountActions({ id, name }: Pick<AccountView, 'id' | 'name'>) {
  const client = useQueryClient();
  const refresh = useMutation({
    mutationFn: () => accountCommands.refresh(id),
    onSuccess: ({ result, message, account }) => {
      noteAccount(client, account);
      if (result === 'failed') toasts.show(`${name}: ${message ?? 'the refresh failed.'}`, 'bad');
      else toasts.show(result === 'refreshed' ? `${name} has a fresh token.` : `${name}: its credential is good.`);
    },
    onError: tellFailure,
  });
  const setEnabled = useMutation({
    mutationFn: (enabled: boolean) => accountCommands.change(id, { status: enabled ? 'active' : 'inactive' }),
    onSuccess: (account, enabled) => {
      noteAccount(client, account);
      toasts.show(enabled ? `${name} is enabled.` : `${name} is disabled: running requests finish, new ones go elsewhere.`);
    },
    onError: tellFailure,
  });
  return { refresh, setEnabled };
}
