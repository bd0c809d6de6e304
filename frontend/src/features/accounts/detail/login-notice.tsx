/** Warns before the login itself lapses: no refresh helps then, only a person. */
import type { AccountView } from '@contract/accounts.ts';
import { Notice } from '@/components/notice.tsx';
import { Countdown, Instant } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';
import { isLoginEnding } from '@/lib/login-end.ts';
import { ticker } from '@/lib/ticker.ts';

interface LoginNoticeProps {
  readonly account: AccountView;
  readonly open: OpenDialog;
}

export function LoginNotice({ account, open }: LoginNoticeProps) {
  const { id, kind, status, login_expires_at: end, login_expires_estimated: isEstimate } = account;
  if (kind !== 'oauth' || end === null || status === 'invalid' || !isLoginEnding(account, ticker.now())) return null;
  const isOver = Date.parse(end) <= ticker.now();
  return (
    <Notice
      tone="warn"
      role="status"
      title={
        isOver ? (
          'Its login has lapsed'
        ) : (
          <>
            Its login lapses in <Countdown at={end} />
          </>
        )
      }
      action={
        <Button size="small" variant="primary" onClick={() => open({ kind: 'add', accountId: id })}>
          Re-authorize
        </Button>
      }
    >
      {isEstimate
        ? 'This is an estimate: the provider did not say when; it is usually four weeks after the authorization. '
        : 'So the provider said. '}
      From <Instant at={end} /> on no refresh brings a new token; its owner has to approve again.
    </Notice>
  );
}
