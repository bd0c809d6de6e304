/** Step two: approve on the provider's page; step three: the account is recognised, by the returning browser or by a pasted code. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ExternalLink, LoaderCircle, RotateCcw } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { accountCommands, accountsQuery, type Login } from '@/api/accounts.ts';
import { CopyButton } from '@/components/copy-button.tsx';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Countdown } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogFooter } from '@/components/ui/dialog.tsx';
import { Textarea } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import type { Added } from './added.ts';
import { authorizedSince, type Before, rememberAccounts } from './login-watch.ts';
import { explainPaste, returnsByItself } from './read-paste.ts';

interface ApproveStepProps {
  readonly login: Login;
  readonly name: string;
  readonly onAdded: (added: Added) => void;
  /** Begins a new login; this one is over then. */
  readonly onRestart: () => void;
  readonly restarting: boolean;
}

export function ApproveStep({ login, name, onAdded, onRestart, restarting }: ApproveStepProps) {
  const byItself = returnsByItself(login.authorization_url);
  const [pastes, setPastes] = useState(!byItself);
  // One step at a time has the weight of the primary action.
  const [opened, setOpened] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex flex-col gap-4">
        <Step number={1} title="Approve on the provider’s page">
          <div className="flex flex-wrap items-center gap-2">
            <Button variant={opened ? 'secondary' : 'primary'} asChild>
              <a href={login.authorization_url} target="_blank" rel="noopener noreferrer" onClick={() => setOpened(true)}>
                Open the authorization page
                <ExternalLink aria-hidden />
              </a>
            </Button>
            <CopyButton text={login.authorization_url} label="Copy the link" variant="ghost" />
          </div>
          <p className="text-subtle text-xs">
            Sign in there with the account to add. This login ends in <Countdown at={login.expires_at} over="a moment" />.
          </p>
        </Step>
        <Step number={2} title={pastes ? 'Paste the code that it shows' : 'Come back'}>
          {pastes ? (
            <PasteForm login={login} name={name} onAdded={onAdded} onRestart={onRestart} restarting={restarting} />
          ) : (
            <Waiting onAdded={onAdded} onPaste={() => setPastes(true)} />
          )}
        </Step>
      </ol>
    </div>
  );
}

function Step({ number, title, children }: { readonly number: number; readonly title: string; readonly children: ReactNode }) {
  return (
    <li className="grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3">
      <span className="grid size-6 place-items-center rounded-full bg-accent-soft font-medium text-accent text-xs" aria-hidden>
        {number}
      </span>
      <div className="flex flex-col gap-2.5">
        <h3 className="font-medium text-sm leading-6">{title}</h3>
        {children}
      </div>
    </li>
  );
}

type PasteFormProps = ApproveStepProps;

function PasteForm({ login, name, onAdded, onRestart, restarting }: PasteFormProps) {
  const [code, setCode] = useState('');
  const [hint, setHint] = useState<string | null>(null);
  const finish = useMutation({
    mutationFn: () => accountCommands.add({ kind: 'oauth', code, state: login.state, ...(name === '' ? {} : { name }) }),
    onSuccess: onAdded,
  });
  const error = finish.error instanceof ApiError ? finish.error : null;
  const isOver = error?.fieldMessage('state') !== undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const fault = explainPaste(code, login.authorization_url);
    setHint(fault);
    if (fault === null) finish.mutate();
  };
  const atField = hint ?? error?.fieldMessage('code') ?? (isOver ? error?.fieldMessage('state') : undefined);
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field label="Code" hint="The code alone, or the whole address of the page that shows it." error={atField ?? undefined}>
        {(ids) => (
          <Textarea
            {...ids}
            value={code}
            onChange={({ target }) => {
              setCode(target.value);
              setHint(null);
            }}
            rows={3}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            className="break-all font-mono"
          />
        )}
      </Field>
      {finish.isError && atField === undefined && (
        <Notice tone="bad" role="alert">
          {messageOf(finish.error)}
        </Notice>
      )}
      <DialogFooter>
        <Button variant={isOver ? 'primary' : 'ghost'} pending={restarting} onClick={onRestart}>
          <RotateCcw aria-hidden />
          Start again
        </Button>
        <Button type="submit" variant={isOver || code.trim() === '' ? 'secondary' : 'primary'} pending={finish.isPending}>
          Add account
        </Button>
      </DialogFooter>
    </form>
  );
}

const LOOK_EVERY_MS = 2000;

/** The other page adds the account; here it is noticed. */
function Waiting({ onAdded, onPaste }: { readonly onAdded: (added: Added) => void; readonly onPaste: () => void }) {
  const client = useQueryClient();
  const [before] = useState<Before>(() => rememberAccounts(client.getQueryData(accountsQuery().queryKey) ?? []));
  const accounts = useQuery({ ...accountsQuery(), refetchInterval: LOOK_EVERY_MS, refetchIntervalInBackground: true });
  const arrived = authorizedSince(before, accounts.data ?? []);
  useEffect(() => {
    if (arrived) onAdded({ result: before.has(arrived.id) ? 'reauthorized' : 'created', account: arrived });
  }, [arrived, before, onAdded]);
  return (
    <>
      <p role="status" className="flex items-center gap-2 text-sm">
        <LoaderCircle className="size-4 animate-spin text-accent" aria-hidden />
        Waiting for your approval. This goes on by itself.
      </p>
      <Button variant="link" className="w-fit" onClick={onPaste}>
        It showed a code instead
      </Button>
    </>
  );
}
