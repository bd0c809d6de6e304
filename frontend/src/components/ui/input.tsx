import type { ComponentProps } from 'react';
import { cn } from '@/lib/utils.ts';

const field =
  'w-full min-w-0 rounded-md border border-field bg-surface px-3 text-sm placeholder:text-subtle disabled:cursor-not-allowed disabled:opacity-55 aria-invalid:border-bad';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(field, 'h-9', className)} {...props} />;
}
