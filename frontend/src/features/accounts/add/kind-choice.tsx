import type { AccountView } from '@contract/accounts.ts';
import { cn } from '@/lib/utils.ts';

const choices = [
  { kind: 'oauth', label: 'Sign in', hint: 'OAuth, refreshed by itself' },
  { kind: 'api_key', label: 'API key', hint: 'billed per token' },
  { kind: 'oauth_static', label: 'Long-lived token', hint: 'not refreshed' },
] as const satisfies readonly { kind: AccountView['kind']; label: string; hint: string }[];

interface KindChoiceProps {
  readonly kind: AccountView['kind'];
  readonly onChange: (kind: AccountView['kind']) => void;
}

export function KindChoice({ kind: chosen, onChange }: KindChoiceProps) {
  return (
    <fieldset className="grid gap-2 sm:grid-cols-3">
      <legend className="mb-1.5 font-medium text-sm">How does it authenticate?</legend>
      {choices.map(({ kind, label, hint }) => (
        <label
          key={kind}
          className={cn(
            'flex cursor-pointer flex-col rounded-lg border px-3 py-2 text-sm has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2',
            kind === chosen ? 'border-primary bg-accent-soft' : 'border-border hover:bg-muted',
          )}
        >
          <input type="radio" name="kind" className="sr-only" checked={kind === chosen} onChange={() => onChange(kind)} />
          <span className="font-medium">{label}</span>
          <span className="text-subtle text-xs">{hint}</span>
        </label>
      ))}
    </fieldset>
  );
}
