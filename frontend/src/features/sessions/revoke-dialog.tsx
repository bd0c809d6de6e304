import type { ClientSessionView } from '@contract/sessions.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { revokeSession, sessionsQuery } from '@/api/sessions.ts';
import { ConfirmDialog } from '@/components/confirm-dialog.tsx';
import { Instant } from '@/components/time.tsx';
import { toasts } from '@/components/toasts.tsx';
import { plural } from '@/lib/format.ts';

interface RevokeDialogProps {
  readonly session: ClientSessionView;
  readonly onClose: () => void;
}

export function RevokeDialog({ session: { id, key, address, running, expires_at }, onClose }: RevokeDialogProps) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeSession(id),
    onSuccess() {
      void client.invalidateQueries(sessionsQuery());
      toasts.show('The session is revoked.');
      onClose();
    },
  });
  const name = key?.name ?? 'the client without a key';
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={`Revoke the session of “${name}” at ${address}?`}
      confirm="Revoke session"
      action={revoke}
    >
      <p>
        {running.length > 0
          ? `${plural(running.length, 'running request is', 'running requests are')} cut off. `
          : 'Nothing runs for it now. '}
        The client is refused with 403 until its session is over, as things are until <Instant at={expires_at} />.
      </p>
      <p>
        {key === null
          ? 'Others are not affected.'
          : 'Other clients with the same key are not affected. To stop them all, disable the key.'}
      </p>
    </ConfirmDialog>
  );
}
