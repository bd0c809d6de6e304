/** Signing in at the provider, in steps: open its page, approve there, and come back by itself or with a code. */
import type { AccountView } from '@contract/accounts.ts';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { accountCommands, type Login } from '@/api/accounts.ts';
import { messageOf } from '@/lib/api-error.ts';
import { openWaitingTab } from '@/lib/waiting-tab.ts';
import type { Added } from './added.ts';
import { ApproveStep } from './approve-step.tsx';
import { type Beginning, BeginStep } from './begin-step.tsx';

interface OAuthStepsProps {
  readonly account: AccountView | null;
  /** A login is under way. */
  readonly onBegun: () => void;
  /** Whether a code stands in the form that would be lost. */
  readonly onDraft: (has: boolean) => void;
  readonly onAdded: (added: Added) => void;
}

interface Begun {
  readonly login: Login;
  /** Its page stands in another tab already. */
  readonly isOpen: boolean;
}

export function OAuthSteps({ account, onBegun, onDraft, onAdded }: OAuthStepsProps) {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [name, setName] = useState('');
  const begin = useMutation({
    mutationFn: ({ clientId }: Beginning) =>
      accountCommands.beginLogin({
        ...(account === null ? {} : { account_id: account.id }),
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(clientId === '' ? {} : { client_id: clientId }),
      }),
    onSuccess(login, { tab }) {
      tab?.goTo(login.authorization_url);
      setBegun({ login, isOpen: tab !== null });
      onDraft(false);
      onBegun();
    },
    onError: (_error, { tab }) => tab?.close(),
  });
  if (begun === null) return <BeginStep account={account} name={name} onName={setName} begin={begin} />;
  return (
    <ApproveStep
      key={begun.login.state}
      login={begun.login}
      isOpen={begun.isOpen}
      account={account}
      name={name.trim()}
      onDraft={onDraft}
      onAdded={onAdded}
      onRestart={() => begin.mutate({ clientId: '', tab: openWaitingTab() })}
      restarting={begin.isPending}
      restartFault={begin.isError ? messageOf(begin.error) : null}
    />
  );
}
