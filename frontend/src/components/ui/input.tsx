import type { ComponentProps } from 'react';
import { cn } from '@/lib/utils.ts';

const field =
  'min-w-0 rounded-md border border-field bg-surface text-sm placeholder:text-subtle disabled:cursor-not-allowed disabled:opacity-55 aria-invalid:border-bad';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(field, 'h-9 w-full px-3', className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(field, 'min-h-20 w-full px-3 py-2', className)} {...props} />;
}

/** The browser's own list: the best there is on a phone, and needs no code. */
export function NativeSelect({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(field, 'h-9 pr-2 pl-2.5', className)} {...props} />;
}
