/** The dialogs about keys: make, change, rotate, delete. */
import type { KeyView } from '@contract/keys.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type CreatedKey, forgetKey, keyCommands } from '@/api/keys.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { NewKeyForm } from '@/components/new-key-form.tsx';
import { RevealKey, useKeyLines } from '@/components/reveal-key.tsx';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent, DialogDescription, DialogFooter, DialogTitle } from '@/components/ui/dialog.tsx';
import { CANNOT_COPY, copyText } from '@/lib/copy-text.ts';
import { EditKeyForm } from './edit-key-form.tsx';
import { RotateForm } from './rotate-form.tsx';

export type KeyDialog = { readonly kind: 'create' } | { readonly kind: 'edit' | 'rotate' | 'delete'; readonly keyId: string };

export type OpenKeyDialog = (dialog: KeyDialog) => void;

interface KeyDialogsProps {
  readonly dialog: KeyDialog | null;
  readonly keys: readonly KeyView[];
  readonly onClose: () => void;
}

export function KeyDialogs({ dialog, keys, onClose }: KeyDialogsProps) {
  if (dialog === null) return null;
  if (dialog.kind === 'create') return <CreateDialog onClose={onClose} />;
  const key = keys.find(({ id }) => id === dialog.keyId);
  if (key === undefined) return null;
  if (dialog.kind === 'edit') return <EditDialog apiKey={key} onClose={onClose} />;
  if (dialog.kind === 'rotate') return <RotateDialog apiKey={key} onClose={onClose} />;
  return <DeleteDialog apiKey={key} onClose={onClose} />;
}

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const [created, setCreated] = useState<CreatedKey | null>(null);
  return (
    <SecretDialog title={created === null ? 'Create key' : 'Your new key'} created={created} onClose={onClose}>
      <NewKeyForm onCreated={setCreated} />
    </SecretDialog>
  );
}

interface AboutKeyProps {
  readonly apiKey: KeyView;
  readonly onClose: () => void;
}

function RotateDialog({ apiKey, onClose }: AboutKeyProps) {
  const [created, setCreated] = useState<CreatedKey | null>(null);
  return (
    <SecretDialog title={created === null ? `Rotate “${apiKey.name}”?` : 'The new secret'} created={created} onClose={onClose}>
      <RotateForm apiKey={apiKey} onRotated={setCreated} />
    </SecretDialog>
  );
}

interface SecretDialogProps {
  readonly title: string;
  /** What was made; null while it is being asked for. */
  readonly created: CreatedKey | null;
  readonly onClose: () => void;
  readonly children: React.ReactNode;
}

/** Does not close by a click beside it: the secret would be gone. */
function SecretDialog({ title, created, onClose, children }: SecretDialogProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent aria-describedby={undefined} onInteractOutside={(event) => created !== null && event.preventDefault()}>
        <DialogTitle>{title}</DialogTitle>
        {created === null ? (
          children
        ) : (
          <>
            <RevealKey created={created} />
            <DialogFooter>
              <DialogClose asChild>
                <Button>I have kept it</Button>
              </DialogClose>
              <CopyAndClose apiKey={created} onClose={onClose} />
            </DialogFooter>
          </>
        )}
      </DialogContent>
    </Dialog>
  );
}

/** Stays open where nothing could be copied. */
function CopyAndClose({ apiKey: { key, name }, onClose }: { readonly apiKey: CreatedKey; readonly onClose: () => void }) {
  const lines = useKeyLines(key);
  const copy = async (): Promise<void> => {
    try {
      await copyText(lines);
      toasts.show(`The lines with key “${name}” are in the clipboard.`);
      onClose();
    } catch {
      toasts.show(CANNOT_COPY, 'bad');
    }
  };
  return (
    <Button variant="primary" onClick={() => void copy()}>
      Copy the lines and close
    </Button>
  );
}

function EditDialog({ apiKey, onClose }: AboutKeyProps) {
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogTitle>Edit “{apiKey.name}”</DialogTitle>
        <DialogDescription>Its secret and its role stay as they are.</DialogDescription>
        <EditKeyForm apiKey={apiKey} onDone={onClose} />
      </DialogContent>
    </Dialog>
  );
}

function DeleteDialog({ apiKey: { id, name, role }, onClose }: AboutKeyProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => keyCommands.remove(id),
    onSuccess() {
      forgetKey(client, id);
      toasts.show(`Key “${name}” is deleted.`);
      onClose();
    },
  });
  return (
    <ConfirmDialog open onClose={onClose} title={`Delete key “${name}”?`} confirm={`Delete ${name}`} action={remove}>
      <p>Clients that use it are refused from this instant, and it cannot be brought back. Requests that run now finish.</p>
      {role === 'admin' && <p>Dashboards that were opened with it are signed out.</p>}
      <p>To stop it for a while only, disable it instead.</p>
    </ConfirmDialog>
  );
}
