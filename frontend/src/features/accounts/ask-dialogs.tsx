/** What is asked before it is done: serving from one account first, clearing a limit, removing an account. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { accountCommands, accountsQuery, forgetAccount, noteAccount } from '@/api/accounts.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { Countdown } from '@/components/time.tsx';
import { toasts } from '@/components/toasts.tsx';
import { plural } from '@/lib/format.ts';

interface AskDialogProps {
  readonly account: AccountView;
  readonly onClose: () => void;
}

export function PreferDialog({ account, onClose }: AskDialogProps) {
  const client = useQueryClient();
  const prefer = useMutation({
    mutationFn: () => accountCommands.prefer(account.id),
    onSuccess: (preferred) => {
      noteAccount(client, preferred);
      void client.invalidateQueries(accountsQuery());
      toasts.show(`New conversations are served from ${account.name} first.`);
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Serve from “${account.name}” first?`}
      confirm="Serve from this one"
      tone="primary"
      action={prefer}
    >
      <p>
        It gets first priority, and <code className="font-mono">balancer.policy</code> becomes{' '}
        <code className="font-mono">priority</code>: requests go to it as long as it can serve. The other accounts keep their
        order and stay as reserve.
      </p>
      <p>Conversations that are under way stay on the account that holds their prompt cache.</p>
    </ConfirmDialog>
  );
}

export function ClearLimitDialog({ account, onClose }: AskDialogProps) {
  const client = useQueryClient();
  const clear = useMutation({
    mutationFn: () => accountCommands.clearLimit(account.id),
    onSuccess: (cleared) => {
      noteAccount(client, cleared);
      toasts.show(`${account.name} is asked again from now on.`);
      onClose();
    },
  });
  const { rate_limited_until: until, status_reason: reason } = account;
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Clear the limit of “${account.name}” now?`}
      confirm="Clear limit"
      tone="primary"
      action={clear}
    >
      {until !== null && (
        <p>
          It would come back by itself in <Countdown at={until} over="a moment" className="text-foreground" />. {reason}
        </p>
      )}
      <p>
        Do this if you know that the limit no longer holds, for example after buying more quota. If it still holds, the next
        request finds out and goes on to another account; nothing is lost but that one try.
      </p>
    </ConfirmDialog>
  );
}

interface RemoveDialogProps extends AskDialogProps {
  readonly onRemoved?: (() => void) | undefined;
}

export function RemoveDialog({ account, onClose, onRemoved }: RemoveDialogProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => accountCommands.remove(account.id),
    onSuccess: () => {
      forgetAccount(client, account.id);
      toasts.show(`${account.name} is removed.`);
      onClose();
      onRemoved?.();
    },
  });
  const { name, kind, in_flight } = account;
  return (
    <ConfirmDialog open onClose={onClose} title={`Remove “${name}”?`} confirm={`Remove ${name}`} action={remove}>
      <p>What is lost:</p>
      <ul className="list-disc pl-5">
        <li>
          {kind === 'oauth'
            ? 'its login: to use the account again, its owner has to approve again'
            : 'its key or token, which is stored here only'}
        </li>
        <li>its history, quota readings and counters</li>
        <li>the way to its batches and files, which belong to the account at the provider</li>
      </ul>
      <p>
        {in_flight > 0
          ? `${plural(in_flight, 'request is', 'requests are')} running on it and will finish.`
          : 'No request is running on it.'}{' '}
        To keep it but not use it, disable it instead.
      </p>
    </ConfirmDialog>
  );
}
