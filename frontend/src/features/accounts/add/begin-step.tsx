/** Step one: what Headgate has to know before the login can begin. */
import { type UseMutationResult, useQuery } from '@tanstack/react-query';
import { ArrowRight } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Login } from '@/api/accounts.ts';
import { settingsQuery } from '@/api/settings.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogFooter } from '@/components/ui/dialog.tsx';
import { Input } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';

export interface Beginning {
  /** Empty when it is configured. */
  readonly clientId: string;
}

interface BeginStepProps {
  readonly isNew: boolean;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly begin: UseMutationResult<Login, Error, Beginning>;
}

export function BeginStep({ isNew, name, onName, begin }: BeginStepProps) {
  const [clientId, setClientId] = useState('');
  const settings = useQuery(settingsQuery());
  const error = begin.error instanceof ApiError ? begin.error : null;
  const configured = settings.data?.data.find(({ key }) => key === 'oauth.client_id');
  const needsClientId = error?.type === 'not_configured' || clientId !== '' || configured?.value === null;
  const clientIdFault = error?.fieldMessage('client_id');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    begin.mutate({ clientId: clientId.trim() });
  };
  const isShownAtField =
    clientIdFault !== undefined || error?.fieldMessage('name') !== undefined || error?.type === 'not_configured';
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {isNew && (
        <Field
          label="Name (optional)"
          hint="How it is called here. Without one, the account’s e-mail address is taken."
          error={error?.fieldMessage('name')}
        >
          {(ids) => (
            <Input {...ids} value={name} onChange={({ target }) => onName(target.value)} maxLength={100} autoComplete="off" />
          )}
        </Field>
      )}
      {needsClientId && (
        <Field
          label="OAuth client id"
          hint={
            <>
              The one that was issued to you by the provider. It is kept as the setting{' '}
              <code className="font-mono">oauth.client_id</code>, so this is asked once.
            </>
          }
          error={clientIdFault}
        >
          {(ids) => (
            <Input
              {...ids}
              value={clientId}
              onChange={({ target }) => setClientId(target.value)}
              required
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
            />
          )}
        </Field>
      )}
      {begin.isError && !isShownAtField && (
        <Notice tone="bad" role="alert">
          {messageOf(begin.error)}
        </Notice>
      )}
      <DialogFooter>
        <Button type="submit" variant="primary" pending={begin.isPending}>
          Continue
          <ArrowRight aria-hidden />
        </Button>
      </DialogFooter>
    </form>
  );
}
