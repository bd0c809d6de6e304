/** A text to be copied as it is. */
import { cn } from '@/lib/utils.ts';
import { CopyButton } from './copy-button.tsx';

interface CodeBlockProps {
  readonly label: string;
  readonly text: string;
  readonly copyLabel: string;
  /** Long lines go on in the next one instead of being scrolled to. */
  readonly wraps?: boolean;
}

export function CodeBlock({ label, text, copyLabel, wraps = false }: CodeBlockProps) {
  return (
    <figure className="overflow-hidden rounded-lg border border-border">
      <figcaption className="flex items-center justify-between gap-2 border-border border-b bg-muted py-1 pr-1 pl-3 text-subtle text-xs">
        <span className="min-w-0 break-words py-1">{label}</span>
        <CopyButton text={text} label={copyLabel} variant="ghost" />
      </figcaption>
      <pre
        className={cn(
          'p-3 font-mono text-xs leading-relaxed',
          wraps ? 'whitespace-pre-wrap break-all' : 'overflow-x-auto max-sm:whitespace-pre-wrap max-sm:break-all',
        )}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
        tabIndex={0}
      >
        <code>{text}</code>
      </pre>
    </figure>
  );
}
