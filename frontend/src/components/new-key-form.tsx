/** Makes an API key for clients. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';
import { type CreatedKey, keyCommands, type NewKey, noteKey } from '@/api/keys.ts';
import { ExpiryField } from '@/components/expiry-field.tsx';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Input, NativeSelect } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { type ExpiryForm, noExpiry, readExpiry } from '@/lib/expiry.ts';
import { serverClock } from '@/lib/server-clock.ts';

interface NewKeyFormProps {
  /** Only the name is asked for: a key of role user that does not expire. */
  readonly brief?: boolean;
  readonly onCreated: (key: CreatedKey) => void;
}

export function NewKeyForm({ brief = false, onCreated }: NewKeyFormProps) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<NewKey['role']>('user');
  const [expiry, setExpiry] = useState<ExpiryForm>(noExpiry);
  const [expiryFault, setExpiryFault] = useState<string>();
  const create = useMutation({
    mutationFn: keyCommands.create,
    // The reply holds the secret, and is to be forgotten as soon as nobody shows it.
    gcTime: 0,
    onSuccess: (created) => {
      noteKey(client, created);
      onCreated(created);
    },
  });
  const error = create.error instanceof ApiError ? create.error : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const ends = readExpiry(expiry, serverClock.now());
    if (ends.kind === 'fault') return setExpiryFault(ends.message);
    create.mutate({ name: name.trim(), role, expires_at: ends.kind === 'at' ? new Date(ends.at).toISOString() : null });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" hint="Who or what uses it: laptop, ci, editor." error={error?.fieldMessage('name')}>
        {(ids) => (
          <Input
            {...ids}
            value={name}
            onChange={({ target }) => setName(target.value)}
            required
            maxLength={100}
            autoComplete="off"
          />
        )}
      </Field>
      {!brief && (
        <>
          <Field label="Role" hint={role === 'admin' ? 'May also administer Headgate.' : 'For the Claude API only.'}>
            {(ids) => (
              <NativeSelect {...ids} value={role} onChange={({ target }) => setRole(target.value === 'admin' ? 'admin' : 'user')}>
                <option value="user">user</option>
                <option value="admin">admin</option>
              </NativeSelect>
            )}
          </Field>
          <ExpiryField
            form={expiry}
            onChange={(form) => {
              setExpiry(form);
              setExpiryFault(undefined);
            }}
            error={expiryFault ?? error?.fieldMessage('expires_at')}
          />
        </>
      )}
      {brief && (
        <p className="text-subtle text-xs">
          It is of role user and does not expire. For another role or an end, make it under{' '}
          <Link to="/keys" className="text-accent underline underline-offset-2">
            API keys
          </Link>
          .
        </p>
      )}
      {create.isError && (error?.fields.length ?? 0) === 0 && (
        <Notice tone="bad" role="alert">
          {messageOf(create.error)}
        </Notice>
      )}
      <Button type="submit" variant="primary" className="sm:self-end" pending={create.isPending}>
        Create key
      </Button>
    </form>
  );
}
