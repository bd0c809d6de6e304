/** The last step: which account was recognised; and, after the first one, a key for the clients. */
import type { AccountView } from '@contract/accounts.ts';
import { useState } from 'react';
import { Link } from 'react-router';
import type { CreatedKey } from '@/api/keys.ts';
import { NewKeyForm } from '@/components/new-key-form.tsx';
import { Notice } from '@/components/notice.tsx';
import { RevealKey } from '@/components/reveal-key.tsx';
import { StatusBadge } from '@/components/status-badge.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogClose, DialogDescription, DialogFooter, DialogTitle } from '@/components/ui/dialog.tsx';
import { type Added, isOther } from './added.ts';

interface AddedAccountProps {
  readonly added: Added;
  /** The account that was to be authorized again; null when a new one was to be added. */
  readonly wanted: AccountView | null;
  readonly offersKey: boolean;
  readonly onClose: () => void;
}

export function AddedAccount({ added, wanted, offersKey, onClose }: AddedAccountProps) {
  const [key, setKey] = useState<CreatedKey | null>(null);
  const { result, account } = added;
  return (
    <>
      <DialogTitle>
        {isOther(added, wanted)
          ? 'Another account was recognised'
          : result === 'created'
            ? 'Account added'
            : 'Account authorized again'}
      </DialogTitle>
      <DialogDescription className="sr-only">The identity that the provider named.</DialogDescription>
      {wanted !== null && isOther(added, wanted) && (
        <Notice tone="warn">
          The approval was given by another identity than that of “{wanted.name}”, which is as it was.{' '}
          {result === 'created'
            ? `Nothing is lost: it is kept as the new account “${account.name}”, switched off.`
            : `“${account.name}”, which was in the pool already, has a new login.`}{' '}
          Authorize again, signed in at the provider as the owner of “{wanted.name}”.
        </Notice>
      )}
      {account.status !== 'active' && account.status_reason !== null && <Notice tone="warn">{account.status_reason}</Notice>}
      {wanted === null && result === 'reauthorized' && (
        <Notice tone="info">
          This account was in the pool already. It has been authorized again in place; its history, priority and limits are as
          before.
        </Notice>
      )}
      <Identity account={account} />
      {offersKey ? <FirstKey created={key} onCreated={setKey} /> : null}
      <DialogFooter>
        {offersKey && key === null ? (
          <DialogClose asChild>
            <Button variant="ghost">Not now</Button>
          </DialogClose>
        ) : (
          <>
            {offersKey && (
              <Button asChild>
                <Link to="/connect" onClick={onClose}>
                  More ways to connect
                </Link>
              </Button>
            )}
            <DialogClose asChild>
              <Button variant="primary">Done</Button>
            </DialogClose>
          </>
        )}
      </DialogFooter>
    </>
  );
}

function Identity({ account }: { readonly account: AccountView }) {
  const { name, email, organization, plan, status } = account;
  const facts = [email, organization.name, plan].filter((fact) => fact !== null && fact !== name);
  return (
    <div className="flex items-center justify-between gap-3 rounded-lg border border-border p-3">
      <div className="min-w-0">
        <p className="truncate font-medium">{name}</p>
        {facts.length > 0 && <p className="break-words text-subtle text-xs">{facts.join(' · ')}</p>}
      </div>
      <StatusBadge status={status} />
    </div>
  );
}

interface FirstKeyProps {
  readonly created: CreatedKey | null;
  readonly onCreated: (key: CreatedKey) => void;
}

function FirstKey({ created, onCreated }: FirstKeyProps) {
  return (
    <section className="flex flex-col gap-3 border-border border-t pt-4">
      <h3 className="font-medium text-sm">{created === null ? 'Next: an API key for your clients' : 'Your API key'}</h3>
      {created === null ? <NewKeyForm brief onCreated={onCreated} /> : <RevealKey created={created} />}
    </section>
  );
}
