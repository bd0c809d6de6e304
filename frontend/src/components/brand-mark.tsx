import { cn } from '@/lib/utils.ts';

/** The sign is drawn here so that it needs no request and takes the theme's colour. */
export function BrandMark({ size = 'small' }: { readonly size?: 'small' | 'large' }) {
  return (
    <svg viewBox="0 0 32 32" className={cn('text-primary', size === 'small' ? 'size-6' : 'size-9')} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path d="M9 7v18M23 7v18M9 13h14M13.5 13v12M18.5 13v12" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
