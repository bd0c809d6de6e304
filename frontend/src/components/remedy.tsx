import type { AccountView } from '@contract/accounts.ts';
import { Button } from '@/components/ui/button.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';

const WORDS = {
  oauth: 'Re-authorize',
  api_key: 'Replace the key',
  oauth_static: 'Replace the token',
} satisfies Record<AccountView['kind'], string>;

interface RemedyProps {
  readonly account: AccountView;
  readonly open: OpenDialog;
  readonly variant?: 'primary' | 'secondary';
  /** It serves still, but its login lapses soon. */
  readonly isLoginEnding?: boolean;
}

/** The one thing that brings the account back, where a person has to do it. */
export function Remedy({ account, open, variant = 'secondary', isLoginEnding = false }: RemedyProps) {
  const { id, kind, status, read_only } = account;
  if ((status !== 'invalid' && !isLoginEnding) || (read_only && kind !== 'oauth')) return null;
  return (
    <Button size="small" variant={variant} onClick={() => open({ kind: kind === 'oauth' ? 'add' : 'edit', accountId: id })}>
      {WORDS[kind]}
    </Button>
  );
}
