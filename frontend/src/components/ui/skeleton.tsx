import type { ComponentProps } from 'react';
import { cn } from '@/lib/utils.ts';

/** Holds the place of what is still loading, in its size. */
export function Skeleton({ className, ...props }: ComponentProps<'span'>) {
  return <span aria-hidden className={cn('block animate-pulse rounded-md bg-muted', className)} {...props} />;
}
