/** Opens the dialog that was asked for, about the account as it is now. The larger ones are loaded when they are first needed. */
import type { AccountView } from '@contract/accounts.ts';
import { lazy, Suspense } from 'react';
import type { AccountDialog, OpenDialog } from '@/lib/account-dialog.ts';
import { ClearLimitDialog, PreferDialog, RemoveDialog } from './ask-dialogs.tsx';

const AddAccountDialog = lazy(async () => ({ default: (await import('./add/add-account-dialog.tsx')).AddAccountDialog }));
const EditDialog = lazy(async () => ({ default: (await import('./edit-dialog.tsx')).EditDialog }));
const TestDialog = lazy(async () => ({ default: (await import('./test-dialog.tsx')).TestDialog }));

interface AccountDialogsProps {
  readonly dialog: AccountDialog | null;
  readonly accounts: readonly AccountView[];
  readonly open: OpenDialog;
  readonly onClose: () => void;
  /** After the account is gone. */
  readonly onRemoved?: () => void;
}

export function AccountDialogs({ dialog, accounts, open, onClose, onRemoved }: AccountDialogsProps) {
  if (dialog === null) return null;
  const account = accounts.find(({ id }) => id === dialog.accountId);
  return (
    <Suspense>
      {dialog.kind === 'add' ? (
        <AddAccountDialog account={account ?? null} isFirst={accounts.length === 0} onClose={onClose} />
      ) : (
        account && <DialogAbout kind={dialog.kind} account={account} {...{ open, onClose, onRemoved }} />
      )}
    </Suspense>
  );
}

interface DialogAboutProps {
  readonly kind: Exclude<AccountDialog['kind'], 'add'>;
  readonly account: AccountView;
  readonly open: OpenDialog;
  readonly onClose: () => void;
  readonly onRemoved?: (() => void) | undefined;
}

function DialogAbout({ kind, account, open, onClose, onRemoved }: DialogAboutProps) {
  switch (kind) {
    case 'edit':
      return <EditDialog account={account} onClose={onClose} />;
    case 'test':
      return <TestDialog account={account} open={open} onClose={onClose} />;
    case 'prefer':
      return <PreferDialog account={account} onClose={onClose} />;
    case 'clear-limit':
      return <ClearLimitDialog account={account} onClose={onClose} />;
    case 'remove':
      return <RemoveDialog account={account} onClose={onClose} onRemoved={onRemoved} />;
  }
}
