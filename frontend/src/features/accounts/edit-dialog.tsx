/** Changes what a person decides about an account: its name, its place in the order, its limits, its secret. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type AccountChange, accountCommands, noteAccount } from '@/api/accounts.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent, DialogFooter, DialogTitle } from '@/components/ui/dialog.tsx';
import { Input, NativeSelect } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { type AccountForm, changeOf, formOf } from './edit-form.ts';

interface EditDialogProps {
  readonly account: AccountView;
  readonly onClose: () => void;
}

export function EditDialog({ account, onClose }: EditDialogProps) {
  const client = useQueryClient();
  const [form, setForm] = useState(() => formOf(account));
  const save = useMutation({
    mutationFn: (change: AccountChange) => accountCommands.change(account.id, change),
    onSuccess: (changed) => {
      noteAccount(client, changed);
      toasts.show(`${changed.name} is saved.`);
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const change = changeOf(account, form);
    if (Object.keys(change).length === 0) onClose();
    else save.mutate(change);
  };
  const error = save.error instanceof ApiError ? save.error : null;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent aria-describedby={undefined}>
        <DialogTitle>Edit “{account.name}”</DialogTitle>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <EditFields account={account} form={form} error={error} onChange={(change) => setForm({ ...form, ...change })} />
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
      </DialogContent>
    </Dialog>
  );
}

interface EditFieldsProps {
  readonly account: AccountView;
  readonly form: AccountForm;
  readonly error: ApiError | null;
  readonly onChange: (change: Partial<AccountForm>) => void;
}

function EditFields({ account, form, error, onChange }: EditFieldsProps) {
  const text = (name: Exclude<keyof AccountForm, 'allowOverage'>) => ({
    value: form[name],
    onChange: ({ target }: { target: { value: string } }) => onChange({ [name]: target.value }),
  });
  return (
    <>
      <Field label="Name" error={error?.fieldMessage('name')}>
        {(ids) => <Input {...ids} {...text('name')} required maxLength={100} />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Priority"
          hint="The lowest number serves first under the policy “priority”."
          error={error?.fieldMessage('priority')}
        >
          {(ids) => <Input {...ids} {...text('priority')} type="number" min={-1000} max={1000} step={1} required />}
        </Field>
        <Field label="Most requests at once" hint="Empty: as configured." error={error?.fieldMessage('max_concurrency')}>
          {(ids) => <Input {...ids} {...text('maxConcurrency')} type="number" min={1} max={10_000} step={1} />}
        </Field>
        <Field label="Share of its quota, in %" hint="Empty: as configured." error={error?.fieldMessage('max_utilization')}>
          {(ids) => <Input {...ids} {...text('maxUtilizationPercent')} type="number" min={1} max={100} step={1} />}
        </Field>
        <Field label="Paid overage" error={error?.fieldMessage('allow_overage')}>
          {(ids) => (
            <NativeSelect
              {...ids}
              value={form.allowOverage}
              onChange={({ target }) =>
                onChange({ allowOverage: target.value === 'yes' || target.value === 'no' ? target.value : 'configured' })
              }
            >
              <option value="configured">As configured</option>
              <option value="yes">Allowed</option>
              <option value="no">Not allowed</option>
            </NativeSelect>
          )}
        </Field>
      </div>
      {account.kind !== 'oauth' && (
        <Field
          label={account.kind === 'api_key' ? 'New API key' : 'New token'}
          hint="Empty: the present one stays."
          error={error?.fieldMessage('api_key') ?? error?.fieldMessage('access_token')}
        >
          {(ids) => (
            <Input {...ids} {...text('secret')} type="password" autoComplete="off" spellCheck={false} className="font-mono" />
          )}
        </Field>
      )}
    </>
  );
}
