import type { KeyView } from '@contract/keys.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type KeyChange, keyCommands, noteKey } from '@/api/keys.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogClose, DialogFooter } from '@/components/ui/dialog.tsx';
import { Input } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { fromLocalInput, toLocalInput } from '@/lib/local-input.ts';

interface EditKeyFormProps {
  readonly apiKey: KeyView;
  readonly onDone: () => void;
}

export function EditKeyForm({ apiKey, onDone }: EditKeyFormProps) {
  const client = useQueryClient();
  const [name, setName] = useState(apiKey.name);
  const [expiry, setExpiry] = useState(() => toLocalInput(apiKey.expires_at));
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
    const change: KeyChange = {
      ...(name.trim() !== apiKey.name && { name: name.trim() }),
      ...(expiry !== toLocalInput(apiKey.expires_at) && { expires_at: fromLocalInput(expiry) }),
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
      <Field label="Expires" hint="Empty: never." error={error?.fieldMessage('expires_at')}>
        {(ids) => <Input {...ids} type="datetime-local" value={expiry} onChange={({ target }) => setExpiry(target.value)} />}
      </Field>
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
