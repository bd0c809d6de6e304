import type { KeyView } from '@contract/keys.ts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, CirclePlay, EllipsisVertical, Pencil, RotateCw, Trash2 } from 'lucide-react';
import { keyCommands, noteKey } from '@/api/keys.ts';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu.tsx';
import { messageOf } from '@/lib/api-error.ts';
import type { OpenKeyDialog } from './key-dialogs.tsx';

interface KeyMenuProps {
  readonly apiKey: KeyView;
  readonly open: OpenKeyDialog;
}

export function KeyMenu({ apiKey: { id, name, enabled, read_only }, open }: KeyMenuProps) {
  const client = useQueryClient();
  const setEnabled = useMutation({
    mutationFn: (next: boolean) => keyCommands.change(id, { enabled: next }),
    onSuccess(key) {
      noteKey(client, key);
      toasts.show(key.enabled ? `Key “${name}” works again.` : `Key “${name}” is refused from now on.`);
    },
    onError: (error) => toasts.show(messageOf(error), 'bad'),
  });
  // What the configuration declares is changed there, and only there.
  if (read_only) return null;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="smallIcon" aria-label={`Actions for key ${name}`} pending={setEnabled.isPending}>
          {!setEnabled.isPending && <EllipsisVertical aria-hidden />}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuItem onSelect={() => open({ kind: 'edit', keyId: id })}>
          <Pencil aria-hidden />
          Edit…
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => open({ kind: 'rotate', keyId: id })}>
          <RotateCw aria-hidden />
          Rotate…
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => setEnabled.mutate(!enabled)}>
          {enabled ? <Ban aria-hidden /> : <CirclePlay aria-hidden />}
          {enabled ? 'Disable' : 'Enable'}
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuItem tone="bad" onSelect={() => open({ kind: 'delete', keyId: id })}>
          <Trash2 aria-hidden />
          Delete…
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
