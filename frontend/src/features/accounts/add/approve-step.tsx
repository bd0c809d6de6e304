/** Step two: approve on the provider's page; step three: the account is recognised, by the returning browser or by a pasted code. */
import type { AccountView } from '@contract/accounts.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ExternalLink, LoaderCircle, RotateCcw } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { accountsQuery, type Login } from '@/api/accounts.ts';
import { CopyButton } from '@/components/copy-button.tsx';
import { Notice } from '@/components/notice.tsx';
import { Countdown } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import type { Added } from './added.ts';
import { authorizedSince, type Before, rememberAccounts } from './login-watch.ts';
import { PasteForm } from './paste-form.tsx';
import { returnsByItself } from './read-paste.ts';

interface ApproveStepProps {
  readonly login: Login;
  /** The page was opened with the login; else the browser kept it from that, or only the link was wanted. */
  readonly isOpen: boolean;
  /** The one to authorize again; null for a new one. */
  readonly account: AccountView | null;
  readonly name: string;
  readonly onDraft: (has: boolean) => void;
  readonly onAdded: (added: Added) => void;
  /** Begins a new login; this one is over then. */
  readonly onRestart: () => void;
  readonly restarting: boolean;
  /** Why no new login could be begun. */
  readonly restartFault: string | null;
}

export function ApproveStep({ isOpen, onRestart, restarting, restartFault, ...props }: ApproveStepProps) {
  const { login, account } = props;
  const [pastes, setPastes] = useState(!returnsByItself(login.authorization_url));
  // One step at a time has the weight of the primary action.
  const [opened, setOpened] = useState(isOpen);
  const [whyOver, setWhyOver] = useState<string | null>(null);
  return (
    <div className="flex flex-col gap-4">
      {restartFault !== null && (
        <Notice tone="bad" role="alert">
          {restartFault}
        </Notice>
      )}
      {whyOver === null ? (
        <ol className="flex flex-col gap-4">
          <Step number={1} title={opened ? 'Approve on the provider’s page, in the other tab' : 'Approve on the provider’s page'}>
            <PageLink login={login} opened={opened} onOpen={() => setOpened(true)} />
            <p className="text-subtle text-xs">
              {whoSignsIn(account)} The link is good for <Countdown at={login.expires_at} over="a moment" /> more.
            </p>
          </Step>
          <Step number={2} title={pastes ? 'Paste the code that it shows' : 'Come back'}>
            {pastes ? (
              <PasteForm {...props} hasFocus={opened} onOver={setWhyOver} />
            ) : (
              <Waiting {...props} onPaste={() => setPastes(true)} />
            )}
          </Step>
        </ol>
      ) : (
        <Notice tone="warn" role="alert">
          {whyOver}
        </Notice>
      )}
      <Button
        variant={whyOver === null ? 'link' : 'primary'}
        className={whyOver === null ? 'w-fit' : 'sm:self-end'}
        pending={restarting}
        onClick={onRestart}
      >
        <RotateCcw aria-hidden />
        {whyOver === null ? 'Start again with a new link' : 'Start again'}
      </Button>
    </div>
  );
}

interface PageLinkProps {
  readonly login: Login;
  readonly opened: boolean;
  readonly onOpen: () => void;
}

function PageLink({ login: { authorization_url: address }, opened, onOpen }: PageLinkProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button variant={opened ? 'secondary' : 'primary'} asChild>
        <a href={address} target="_blank" rel="noopener noreferrer" onClick={onOpen}>
          {opened ? 'Open it again' : 'Open the authorization page'}
          <ExternalLink aria-hidden />
        </a>
      </Button>
      <CopyButton text={address} label="Copy the link" variant="ghost" />
    </div>
  );
}

const whoSignsIn = (account: AccountView | null): string =>
  account === null
    ? 'Sign in there with the account to add.'
    : account.email === null
      ? `Sign in there as the owner of “${account.name}”.`
      : `Sign in there as ${account.email}.`;

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
