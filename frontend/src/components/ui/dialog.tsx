import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { type ComponentProps, useState } from 'react';
import { cn } from '@/lib/utils.ts';

export const Dialog = Primitive.Root;
export const DialogClose = Primitive.Close;

const overlay = 'fixed inset-0 z-40 bg-black/50';

/** Dialogs here are opened by state, not by a trigger of their own: where the focus was before is kept, and given back. */
export function DialogContent({ className, children, ...props }: ComponentProps<typeof Primitive.Content>) {
  const [opener] = useState(() => document.activeElement);
  return (
    <Primitive.Portal>
      <Primitive.Overlay className={overlay} />
      <Primitive.Content
        className={cn(
          'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] max-w-lg -translate-x-1/2 -translate-y-1/2 flex-col gap-4 overflow-y-auto rounded-xl border border-border bg-raised p-5 shadow-xl',
          className,
        )}
        onCloseAutoFocus={(event) => {
          if (!(opener instanceof HTMLElement) || !opener.isConnected) return;
          event.preventDefault();
          opener.focus();
        }}
        {...props}
      >
        {children}
        <Primitive.Close
          aria-label="Close"
          className="absolute top-3.5 right-3.5 rounded-md p-1.5 text-subtle hover:bg-muted hover:text-foreground"
        >
          <X className="size-4" aria-hidden />
        </Primitive.Close>
      </Primitive.Content>
    </Primitive.Portal>
  );
}

export function DialogTitle({ className, ...props }: ComponentProps<typeof Primitive.Title>) {
  return <Primitive.Title className={cn('pr-8 font-semibold text-base', className)} {...props} />;
}

export function DialogDescription({ className, ...props }: ComponentProps<typeof Primitive.Description>) {
  return <Primitive.Description className={cn('text-sm text-subtle', className)} {...props} />;
}

/** The primary action comes last, on the right; on a phone it is the one under the thumb. */
export function DialogFooter({ className, ...props }: ComponentProps<'div'>) {
  return <div className={cn('flex flex-col-reverse gap-2 sm:flex-row sm:justify-end', className)} {...props} />;
}
