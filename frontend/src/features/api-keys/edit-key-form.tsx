import type { KeyView } from '@contract/keys.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type KeyChange, keyCommands, noteKey } from '@/api/keys.ts';
import { ExpiryField } from '@/components/expiry-field.tsx';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogClose, DialogFooter } from '@/components/ui/dialog.tsx';
import { Input } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { expiryFormOf, readExpiry } from '@/lib/expiry.ts';
import { serverClock } from '@/lib/server-clock.ts';

interface EditKeyFormProps {
  readonly apiKey: KeyView;
  readonly onDone: () => void;
}

export function EditKeyForm({ apiKey, onDone }: EditKeyFormProps) {
  const client = useQueryClient();
  const [name, setName] = useState(apiKey.name);
  const [before] = useState(() => expiryFormOf(apiKey.expires_at));
  const [expiry, setExpiry] = useState(before);
  const [expiryFault, setExpiryFault] = useState<string>();
  const save = useMutation({
    mutationFn: (change: KeyChange) => keyCommands.change(apiKey.id, change),
    onSuccess(key) {
      noteKey(client, key);
      toasts.show(`Key “${key.name}” is saved.`);
      onDone();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // What was not touched is not read: a key that has expired may still get another name.
    const ends = JSON.stringify(expiry) === JSON.stringify(before) ? null : readExpiry(expiry, serverClock.now());
    if (ends?.kind === 'fault') return setExpiryFault(ends.message);
    const change: KeyChange = {
      ...(name.trim() !== apiKey.name && { name: name.trim() }),
      ...(ends !== null && { expires_at: ends.kind === 'at' ? new Date(ends.at).toISOString() : null }),
    };
    if (Object.keys(change).length === 0) onDone();
    else save.mutate(change);
  };
  const error = save.error instanceof ApiError ? save.error : null;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" error={error?.fieldMessage('name')}>
        {(ids) => <Input {...ids} value={name} onChange={({ target }) => setName(target.value)} required maxLength={100} />}
      </Field>
      <ExpiryField
        form={expiry}
        onChange={(form) => {
          setExpiry(form);
          setExpiryFault(undefined);
        }}
        error={expiryFault ?? error?.fieldMessage('expires_at')}
      />
      {save.isError && (error?.fields.length ?? 0) === 0 && (
        <Notice tone="bad" role="alert">
          {messageOf(save.error)}
        </Notice>
      )}
      <DialogFooter>
        <DialogClose asChild>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" pending={save.isPending}>
          Save
        </Button>
      </DialogFooter>
    </form>
  );
}
