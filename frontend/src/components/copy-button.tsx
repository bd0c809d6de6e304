/** Copies a text, and says that it did. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { CANNOT_COPY, copyText } from '@/lib/copy-text.ts';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, as in "Copy the key". */
  readonly label: string;
  readonly variant?: 'primary' | 'secondary' | 'ghost';
  /** Only the icon is shown. */
  readonly iconOnly?: boolean;
}

const SHOWN_MS = 2000;

export function CopyButton({ text, label, variant = 'secondary', iconOnly = false }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await copyText(text);
      setCopied(true);
    } catch {
      toasts.show(CANNOT_COPY, 'bad');
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <Button
      size={iconOnly ? 'smallIcon' : 'small'}
      variant={variant}
      onClick={() => void copy()}
      {...(iconOnly ? { 'aria-label': label, title: label } : {})}
    >
      <Icon aria-hidden />
      {!iconOnly && <span aria-live="polite">{copied ? 'Copied' : label}</span>}
      {iconOnly && (
        <span className="sr-only" aria-live="polite">
          {copied ? 'Copied' : ''}
        </span>
      )}
    </Button>
  );
}
