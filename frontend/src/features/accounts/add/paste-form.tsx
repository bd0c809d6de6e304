/** Takes the code of the authorization page. A complete one that is pasted goes off by itself. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { accountCommands, type Login } from '@/api/accounts.ts';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { DialogFooter } from '@/components/ui/dialog.tsx';
import { Textarea } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import type { Added } from './added.ts';
import { explainPaste, isPastedWhole } from './read-paste.ts';

interface PasteFormProps {
  readonly login: Login;
  /** The one to authorize again; null for a new one. */
  readonly account: AccountView | null;
  readonly name: string;
  /** The page that shows the code stands open: the code is what comes next. */
  readonly hasFocus: boolean;
  readonly onDraft: (has: boolean) => void;
  readonly onAdded: (added: Added) => void;
  /** The login is used up, or never was: no other code will do for it. */
  readonly onOver: (why: string) => void;
}

export function PasteForm({ login, account, name, hasFocus, onDraft, onAdded, onOver }: PasteFormProps) {
  const [code, setCode] = useState('');
  const [hint, setHint] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useCodeFocus(field, hasFocus);
  const finish = useMutation({
    mutationFn: (pasted: string) =>
      accountCommands.add({ kind: 'oauth', code: pasted, state: login.state, ...(name === '' ? {} : { name }) }),
    onSuccess: onAdded,
    onError(error) {
      if (!endsLogin(error)) return;
      onDraft(false);
      onOver(messageOf(error));
    },
  });
  const change = (text: string): void => {
    setCode(text);
    onDraft(text.trim() !== '');
    // What was said was said of the former code.
    setHint(null);
    if (finish.isPending) return;
    finish.reset();
    if (isPastedWhole(code, text, login.state)) finish.mutate(text);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const fault = explainPaste(code, login.authorization_url);
    setHint(fault);
    if (fault === null) finish.mutate(code);
  };
  const error = finish.error instanceof ApiError ? finish.error : null;
  const atField = hint ?? error?.fieldMessage('code');
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label="Code"
        hint="Pasted whole, it is taken at once. The address of the page that shows it will do, too."
        error={atField}
      >
        {(ids) => (
          <Textarea
            {...ids}
            ref={field}
            value={code}
            onChange={({ target }) => change(target.value)}
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
        <Button type="submit" variant={code.trim() === '' ? 'secondary' : 'primary'} pending={finish.isPending}>
          {account === null ? 'Add account' : 'Re-authorize'}
        </Button>
      </DialogFooter>
    </form>
  );
}

/** It was approved for another account, or refused as a whole, or nobody knows of it any more. */
const endsLogin = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.fieldMessage('state') !== undefined);

/** The field is where one goes on: once the page was opened, and whenever one comes back from it. */
function useCodeFocus(field: RefObject<HTMLTextAreaElement | null>, wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return;
    const focus = (): void => field.current?.focus();
    focus();
    window.addEventListener('focus', focus);
    return () => window.removeEventListener('focus', focus);
  }, [field, wanted]);
}
