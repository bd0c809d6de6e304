/** Signing in with the admin key, or an API key of role admin. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { sessionQuery, signIn } from '@/api/session.ts';
import { BrandMark } from '@/components/brand-mark.tsx';
import { Field } from '@/components/field.tsx';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card } from '@/components/ui/card.tsx';
import { Input } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { readSignInState } from './sign-in-state.ts';
import { useSecondsLeft } from './use-seconds-left.ts';

export function SignInPage() {
  const { state } = useLocation();
  const { from, ended } = readSignInState(state);
  const session = useQuery(sessionQuery());
  useEffect(() => {
    document.title = 'Sign in · Headgate';
  }, []);
  if (session.data?.authenticated === true) return <Navigate to={from} replace />;
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-5">
        <div className="flex flex-col items-center gap-2">
          <BrandMark size="large" />
          <h1 className="font-semibold text-xl tracking-tight">Sign in to Headgate</h1>
        </div>
        {ended && <Notice title="Your session has ended">Sign in again to go on where you were.</Notice>}
        <Card className="p-5">
          <SignInForm from={from} />
        </Card>
      </div>
    </main>
  );
}

function SignInForm({ from }: { readonly from: string }) {
  const [key, setKey] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: signIn,
    onSuccess: (session) => {
      client.setQueryData(sessionQuery().queryKey, session);
      void navigate(from, { replace: true });
    },
  });
  const error = attempt.error instanceof ApiError ? attempt.error : null;
  const secondsLeft = useSecondsLeft(error?.status === 429 ? error.retryAfterSeconds : null, attempt.submittedAt);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== '' && secondsLeft === 0) attempt.mutate(key.trim());
  };
  const wrongKey = error?.status === 401 || error?.status === 400;
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Admin key"
        hint={
          <>
            On the server, <code className="font-mono">headgate admin-key show</code> prints it. An API key of role admin works
            too.
          </>
        }
        error={wrongKey ? messageOf(error) : undefined}
      >
        {(ids) => (
          <Input
            {...ids}
            type="password"
            value={key}
            onChange={({ target }) => setKey(target.value)}
            autoComplete="current-password"
            spellCheck={false}
            autoFocus
            required
          />
        )}
      </Field>
      {secondsLeft > 0 && (
        <Notice tone="warn" role="alert" title="Too many wrong keys">
          You can try again in <span className="figures">{secondsLeft}</span> s.
        </Notice>
      )}
      {error !== null && !wrongKey && error.status !== 429 && (
        <Notice tone="bad" role="alert">
          {messageOf(error)}
        </Notice>
      )}
      <Button type="submit" variant="primary" pending={attempt.isPending} disabled={secondsLeft > 0}>
        Sign in
      </Button>
    </form>
  );
}
