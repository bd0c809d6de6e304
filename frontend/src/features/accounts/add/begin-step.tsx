/** Step one: what Headgate has to know before the login can begin, and the way to the provider's page. */
import type { AccountView } from '@contract/accounts.ts';
import { type UseMutationResult, useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import type { Login } from '@/api/accounts.ts';
import { settingsQuery } from '@/api/settings.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogFooter } from '@/components/ui/dialog.tsx';
import { Input } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { openWaitingTab, type WaitingTab } from '@/lib/waiting-tab.ts';

export interface Beginning {
  /** Empty when it is configured. */
  readonly clientId: string;
  /** Where the provider's page is to be shown; null when only its link is wanted, or the browser opens no tab. */
  readonly tab: WaitingTab | null;
}

interface BeginStepProps {
  /** The one to authorize again; null for a new one. */
  readonly account: AccountView | null;
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly begin: UseMutationResult<Login, Error, Beginning>;
}

export function BeginStep({ account, name, onName, begin }: BeginStepProps) {
  const [clientId, setClientId] = useState('');
  const settings = useQuery(settingsQuery());
  const error = begin.error instanceof ApiError ? begin.error : null;
  const configured = settings.data?.data.find(({ key }) => key === 'oauth.client_id');
  const needsClientId = error?.type === 'not_configured' || clientId !== '' || configured?.value === null;
  const clientIdFault = error?.fieldMessage('client_id');
  const form = useRef<HTMLFormElement>(null);
  const start = (open: () => WaitingTab | null): void => {
    if (form.current?.reportValidity() === true) begin.mutate({ clientId: clientId.trim(), tab: open() });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    start(openWaitingTab);
  };
  const isShownAtField =
    clientIdFault !== undefined || error?.fieldMessage('name') !== undefined || error?.type === 'not_configured';
  return (
    <form ref={form} onSubmit={submit} className="flex flex-col gap-4">
      {account === null && (
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
        <Button variant="ghost" disabled={begin.isPending} onClick={() => start(() => null)}>
          Get the link only
        </Button>
        <Button type="submit" variant="primary" pending={begin.isPending}>
          Open the authorization page
          <ExternalLink aria-hidden />
        </Button>
      </DialogFooter>
    </form>
  );
}
