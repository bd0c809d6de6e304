/** Asks before something is done that cannot be taken back, or that others will feel. Names the thing; the safe answer has the focus. */
import { AlertDialog as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { messageOf } from '@/lib/api-error.ts';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** What is done, as a verb: "Remove account". */
  readonly confirm: string;
  /** The safe answer. */
  readonly cancel?: string;
  readonly tone?: 'danger' | 'primary';
  readonly action: { readonly isPending: boolean; readonly error: unknown; readonly mutate: () => void };
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, title, children, confirm, cancel = 'Cancel', tone = 'danger', action } = props;
  return (
    <Primitive.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/50" />
        <Primitive.Content className="fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] max-w-md -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-xl border border-border bg-raised p-5 shadow-xl">
          <Primitive.Title className="font-semibold text-base break-words">{title}</Primitive.Title>
          <Primitive.Description asChild>
            <div className="flex flex-col gap-2 text-sm text-subtle">{children}</div>
          </Primitive.Description>
          {action.error !== null && (
            <Notice tone="bad" role="alert">
              {messageOf(action.error)}
            </Notice>
          )}
          <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
            <Primitive.Cancel asChild>
              <Button>{cancel}</Button>
            </Primitive.Cancel>
            <Button variant={tone} pending={action.isPending} onClick={() => action.mutate()}>
              {confirm}
            </Button>
          </div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
