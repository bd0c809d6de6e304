/** Adds an account, or authorizes one again; after the first one it goes on to a key for the clients. */
import type { AccountView } from '@contract/accounts.ts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { noteAccount } from '@/api/accounts.ts';
import { Dialog, DialogContent, DialogDescription, DialogTitle } from '@/components/ui/dialog.tsx';
import type { Added } from './added.ts';
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
  const finish = (end: Added): void => {
    noteAccount(client, end.account);
    setAdded(end);
  };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent onInteractOutside={(event) => event.preventDefault()}>
        {added !== null ? (
          <AddedAccount added={added} wanted={account} offersKey={offersKey} onClose={onClose} />
        ) : (
          <>
            <DialogTitle>{account === null ? 'Add account' : `Re-authorize “${account.name}”`}</DialogTitle>
            <DialogDescription>
              {account === null
                ? 'You are responsible for using each account within its provider’s terms.'
                : 'Its history, priority and limits stay as they are.'}
            </DialogDescription>
            {account === null && !hasBegun && <KindChoice kind={kind} onChange={setKind} />}
            {kind === 'oauth' ? (
              <OAuthSteps account={account} onBegun={() => setHasBegun(true)} onAdded={finish} />
            ) : (
              <SecretForm key={kind} kind={kind} onAdded={finish} />
            )}
          </>
        )}
      </DialogContent>
    </Dialog>
  );
}
