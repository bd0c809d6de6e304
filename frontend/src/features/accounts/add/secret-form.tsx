/** Adds an account that authenticates by something one holds: an API key or a long-lived token. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { accountCommands, type NewAccount } from '@/api/accounts.ts';
import { ExpiryField } from '@/components/expiry-field.tsx';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogFooter } from '@/components/ui/dialog.tsx';
import { Input } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { type ExpiryForm, noExpiry, readExpiry } from '@/lib/expiry.ts';
import { serverClock } from '@/lib/server-clock.ts';
import type { Added } from './added.ts';

interface SecretFormProps {
  readonly kind: 'api_key' | 'oauth_static';
  /** Whether a secret stands in the form that would be lost. */
  readonly onDraft: (has: boolean) => void;
  readonly onAdded: (added: Added) => void;
}

const WORDS = {
  api_key: { label: 'API key', hint: 'From the provider’s console. It is stored on this server and never shown again.' },
  oauth_static: { label: 'Token', hint: 'It has no refresh token: when it ends, a new one has to be put in by hand.' },
};

export function SecretForm({ kind, onDraft, onAdded }: SecretFormProps) {
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const [expiry, setExpiry] = useState<ExpiryForm>(noExpiry);
  const [expiryFault, setExpiryFault] = useState<string>();
  const add = useMutation({ mutationFn: (account: NewAccount) => accountCommands.add(account), onSuccess: onAdded });
  const error = add.error instanceof ApiError ? add.error : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const common = { name: name.trim() };
    if (kind === 'api_key') return add.mutate({ kind, ...common, api_key: secret.trim() });
    const ends = readExpiry(expiry, serverClock.now());
    if (ends.kind === 'fault') return setExpiryFault(ends.message);
    const expires = ends.kind === 'at' ? { expires_at: new Date(ends.at).toISOString() } : {};
    add.mutate({ kind, ...common, access_token: secret.trim(), ...expires });
  };
  const { label, hint } = WORDS[kind];
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Name" hint="How it is called here and in the replies’ header." error={error?.fieldMessage('name')}>
        {(ids) => <Input {...ids} value={name} onChange={({ target }) => setName(target.value)} required maxLength={100} />}
      </Field>
      <Field label={label} hint={hint} error={error?.fieldMessage('api_key') ?? error?.fieldMessage('access_token')}>
        {(ids) => (
          <Input
            {...ids}
            type="password"
            value={secret}
            onChange={({ target }) => {
              setSecret(target.value);
              onDraft(target.value !== '');
            }}
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            required
          />
        )}
      </Field>
      {kind === 'oauth_static' && (
        <ExpiryField
          form={expiry}
          onChange={(form) => {
            setExpiry(form);
            setExpiryFault(undefined);
          }}
          error={expiryFault ?? error?.fieldMessage('expires_at')}
          never="not known"
          neverHint="It is used until the provider refuses it."
        />
      )}
      {add.isError && (error?.fields.length ?? 0) === 0 && (
        <Notice tone="bad" role="alert">
          {messageOf(add.error)}
        </Notice>
      )}
      <DialogFooter>
        <Button type="submit" variant="primary" pending={add.isPending}>
          Add account
        </Button>
      </DialogFooter>
    </form>
  );
}
