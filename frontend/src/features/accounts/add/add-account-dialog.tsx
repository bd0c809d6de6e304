/** Adds an account, or authorizes one again; after the first one it goes on to a key for the clients. */
import type { AccountView } from '@contract/accounts.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { noteAccount } from '@/api/accounts.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { toasts } from '@/components/toasts.tsx';
import { Dialog, DialogContent, DialogDescription, DialogTitle } from '@/components/ui/dialog.tsx';
import { type Added, noteFor } from './added.ts';
import { AddedAccount } from './added-account.tsx';
import { KindChoice } from './kind-choice.tsx';
import { OAuthSteps } from './oauth-steps.tsx';
import { SecretForm } from './secret-form.tsx';

interface AddAccountDialogProps {
  /** The one to authorize again; null for a new one. */
  readonly account: AccountView | null;
  /** There was none before. */
  readonly isFirst: boolean;
  readonly onClose: () => void;
}

export function AddAccountDialog({ account, isFirst, onClose }: AddAccountDialogProps) {
  const client = useQueryClient();
  const [kind, setKind] = useState<AccountView['kind']>('oauth');
  const [hasBegun, setHasBegun] = useState(false);
  const [added, setAdded] = useState<Added | null>(null);
  // As it was when the dialog was opened: by the time it asks, there is an account.
  const [offersKey] = useState(isFirst);
  const [hasDraft, setHasDraft] = useState(false);
  const [asks, setAsks] = useState(false);
  const finish = (end: Added): void => {
    noteAccount(client, end.account);
    const note = offersKey ? null : noteFor(end, account);
    if (note === null) return setAdded(end);
    toasts.show(note);
    onClose();
  };
  const chooseKind = (chosen: typeof kind): void => {
    setKind(chosen);
    setHasDraft(false);
  };
  const close = (): void => (hasDraft && added === null ? setAsks(true) : onClose());
  return (
    <Dialog open onOpenChange={(open) => !open && close()}>
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        {added !== null ? (
          <AddedAccount added={added} wanted={account} offersKey={offersKey} onClose={onClose} />
        ) : (
          <>
            <DialogTitle>{account === null ? 'Add account' : `Re-authorize “${account.name}”`}</DialogTitle>
            <DialogDescription>
              {account === null
                ? 'You are responsible for using each account within its provider’s terms.'
                : 'Its owner approves again at the provider. Its history, priority and limits stay as they are.'}
            </DialogDescription>
            {account === null && !hasBegun && <KindChoice kind={kind} onChange={chooseKind} />}
            {kind === 'oauth' ? (
              <OAuthSteps account={account} onBegun={() => setHasBegun(true)} onDraft={setHasDraft} onAdded={finish} />
            ) : (
              <SecretForm key={kind} kind={kind} onDraft={setHasDraft} onAdded={finish} />
            )}
          </>
        )}
        {asks && (
          <ConfirmDialog
            open
            onClose={() => setAsks(false)}
            title="Close without finishing?"
            confirm="Close"
            cancel="Go on"
            action={{ isPending: false, error: null, mutate: onClose }}
          >
            <p>What you entered here has not been sent, and would be lost.</p>
          </ConfirmDialog>
        )}
      </DialogContent>
    </Dialog>
  );
}
