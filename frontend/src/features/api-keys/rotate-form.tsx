/** A new secret for a key, with time for its clients to change over. */
import type { KeyView } from '@contract/keys.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type CreatedKey, keyCommands, noteKey } from '@/api/keys.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogClose, DialogFooter } from '@/components/ui/dialog.tsx';
import { NativeSelect } from '@/components/ui/input.tsx';
import { messageOf } from '@/lib/api-error.ts';

const GRACES = [
  { seconds: 0, label: 'not at all' },
  { seconds: 3600, label: 'for an hour' },
  { seconds: 86_400, label: 'for a day' },
  { seconds: 7 * 86_400, label: 'for a week' },
] as const;

interface RotateFormProps {
  readonly apiKey: KeyView;
  readonly onRotated: (key: CreatedKey) => void;
}

export function RotateForm({ apiKey, onRotated }: RotateFormProps) {
  const client = useQueryClient();
  const [grace, setGrace] = useState<number>(GRACES[2].seconds);
  const rotate = useMutation({
    mutationFn: () => keyCommands.rotate(apiKey.id, grace),
    // The reply holds the secret, and is to be forgotten as soon as nobody shows it.
    gcTime: 0,
    onSuccess(created) {
      noteKey(client, created);
      onRotated(created);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rotate.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-sm text-subtle">
        The key gets a new secret; its name, role and history stay. Whoever uses the former secret has to be given the new one.
      </p>
      <Field label="The former secret still works">
        {(ids) => (
          <NativeSelect {...ids} value={grace} onChange={({ target }) => setGrace(Number(target.value))}>
            {GRACES.map(({ seconds, label }) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </NativeSelect>
        )}
      </Field>
      {rotate.isError && (
        <Notice tone="bad" role="alert">
          {messageOf(rotate.error)}
        </Notice>
      )}
      <DialogFooter>
        <DialogClose asChild>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="primary" pending={rotate.isPending}>
          Rotate key
        </Button>
      </DialogFooter>
    </form>
  );
}
