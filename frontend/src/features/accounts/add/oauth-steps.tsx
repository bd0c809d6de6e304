/** Signing in at the provider, in steps: begin, approve there, and come back by itself or with a code. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { accountCommands, type Login } from '@/api/accounts.ts';
import type { Added } from './added.ts';
import { ApproveStep } from './approve-step.tsx';
import { type Beginning, BeginStep } from './begin-step.tsx';

interface OAuthStepsProps {
  readonly account: AccountView | null;
  /** A login is under way. */
  readonly onBegun: () => void;
  readonly onAdded: (added: Added) => void;
}

export function OAuthSteps({ account, onBegun, onAdded }: OAuthStepsProps) {
  const [login, setLogin] = useState<Login | null>(null);
  const [name, setName] = useState('');
  const begin = useMutation({
    mutationFn: ({ clientId }: Beginning) =>
      accountCommands.beginLogin({
        ...(account === null ? {} : { account_id: account.id }),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(clientId === '' ? {} : { client_id: clientId }),
      }),
    onSuccess(begun) {
      setLogin(begun);
      onBegun();
    },
  });
  if (login === null) return <BeginStep isNew={account === null} name={name} onName={setName} begin={begin} />;
  return (
    <ApproveStep
      key={login.state}
      login={login}
      name={name.trim()}
      onAdded={onAdded}
      onRestart={() => begin.mutate({ clientId: '' })}
      restarting={begin.isPending}
    />
  );
}
