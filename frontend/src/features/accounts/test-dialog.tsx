/** Asks the upstream with this account's credential, and shows what it said. Changes nothing about the account. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountCommands, noteAccount, type TestResult } from '@/api/accounts.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent, DialogDescription, DialogFooter, DialogTitle } from '@/components/ui/dialog.tsx';
import { Input } from '@/components/ui/input.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';
import { messageOf } from '@/lib/api-error.ts';
import { formatDuration } from '@/lib/format.ts';

interface TestDialogProps {
  readonly account: AccountView;
  readonly open: OpenDialog;
  readonly onClose: () => void;
}

export function TestDialog({ account, open, onClose }: TestDialogProps) {
  const client = useQueryClient();
  const [model, setModel] = useState('');
  const test = useMutation({
    mutationFn: () => accountCommands.test(account.id, model.trim() === '' ? null : model.trim()),
    onSuccess: (result) => noteAccount(client, result.account),
  });
  return (
    <Dialog open onOpenChange={(next) => !next && onClose()}>
      <DialogContent>
        <DialogTitle>Test “{account.name}”</DialogTitle>
        <DialogDescription>
          Without a model only the credential is tried, which costs nothing. With one, that model is asked for one token: it shows
          that the quota serves, and costs that token.
        </DialogDescription>
        <Field label="Model (optional)">
          {(ids) => (
            <Input
              {...ids}
              value={model}
              onChange={({ target }) => setModel(target.value)}
              placeholder="claude-haiku-4-5"
              spellCheck={false}
              autoCapitalize="off"
              className="font-mono"
            />
          )}
        </Field>
        <div aria-live="polite">
          {test.isError && <Notice tone="bad">{messageOf(test.error)}</Notice>}
          {test.data && <Outcome result={test.data} />}
        </div>
        <DialogFooter>
          {test.data?.result === 'failed' && account.status === 'invalid' && account.kind === 'oauth' && (
            <Button onClick={() => open({ kind: 'add', accountId: account.id })}>Re-authorize</Button>
          )}
          <DialogClose asChild>
            <Button>Close</Button>
          </DialogClose>
          <Button variant="primary" pending={test.isPending} onClick={() => test.mutate()}>
            {test.data === undefined ? 'Test now' : 'Test again'}
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  );
}

function Outcome({ result }: { readonly result: TestResult }) {
  const { message, status, error_type, model, duration_ms } = result;
  const facts = [
    status === null ? 'no answer' : `status ${status}`,
    ...(error_type === null ? [] : [error_type]),
    ...(model === null ? [] : [model]),
    formatDuration(duration_ms),
  ];
  return (
    <Notice tone={result.result === 'ok' ? 'ok' : 'bad'} title={result.result === 'ok' ? 'It answers' : 'It does not serve'}>
      <p className="break-words">{message}</p>
      <p className="text-subtle text-xs figures">{facts.join(' · ')}</p>
    </Notice>
  );
}
