import { DropdownMenu as Primitive } from 'radix-ui';
import type { ComponentProps } from 'react';
import { cn } from '@/lib/utils.ts';

/** Not modal: the page behind it stays what it is for screen readers, and needs no lock. */
export function DropdownMenu(props: ComponentProps<typeof Primitive.Root>) {
  return <Primitive.Root modal={false} {...props} />;
}
export const DropdownMenuTrigger = Primitive.Trigger;

export function DropdownMenuContent({ className, ...props }: ComponentProps<typeof Primitive.Content>) {
  return (
    <Primitive.Portal container={document.getElementById('content')}>
      <Primitive.Content
        align="end"
        sideOffset={4}
        collisionPadding={8}
        className={cn('z-50 min-w-48 rounded-lg border border-border bg-raised p-1 shadow-lg', className)}
        {...props}
      />
    </Primitive.Portal>
  );
}

export function DropdownMenuItem({
  className,
  tone = 'plain',
  ...props
}: ComponentProps<typeof Primitive.Item> & { readonly tone?: 'plain' | 'bad' }) {
  return (
    <Primitive.Item
      className={cn(
        'flex cursor-default items-center gap-2.5 rounded-md px-2 py-1.5 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-muted [&_svg]:size-4 [&_svg]:text-subtle',
        tone === 'bad' && 'text-bad [&_svg]:text-bad',
        className,
      )}
      {...props}
    />
  );
}

export function DropdownMenuSeparator() {
  return <Primitive.Separator className="mx-1 my-1 h-px bg-border" />;
}
