/** Chooses when something ends, and spells out what that comes to. */
import { useId } from 'react';
import { Field } from '@/components/field.tsx';
import { Input } from '@/components/ui/input.tsx';
import { dayOf, EXPIRY_CHOICES, type ExpiryChoice, type ExpiryForm, LAST_DAY, readExpiry } from '@/lib/expiry.ts';
import { formatEnd } from '@/lib/format.ts';
import { ticker } from '@/lib/ticker.ts';
import { cn } from '@/lib/utils.ts';

interface ExpiryFieldProps {
  readonly form: ExpiryForm;
  readonly onChange: (form: ExpiryForm) => void;
  /** From the server, or because the form was sent as it stands. */
  readonly error?: string | undefined;
  /** What no end is called. */
  readonly never?: string;
  /** What no end comes to. */
  readonly neverHint?: string;
}

const LABELS = {
  never: 'never',
  '30d': '30 days',
  '90d': '90 days',
  '1y': '1 year',
  date: 'date…',
} satisfies Record<ExpiryChoice, string>;

export function ExpiryField(props: ExpiryFieldProps) {
  const { form, onChange, error, never = LABELS.never, neverHint = 'It works until somebody takes it back.' } = props;
  const id = useId();
  const now = ticker.now();
  const expiry = readExpiry(form, now);
  return (
    <fieldset className="flex min-w-0 flex-col gap-2" aria-describedby={`${id}-result`}>
      <legend className="mb-1.5 font-medium text-sm">Expires</legend>
      <div className="flex flex-wrap gap-1.5">
        {EXPIRY_CHOICES.map((choice) => (
          <label
            key={choice}
            className={cn(
              'flex h-9 cursor-pointer items-center rounded-md border px-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-focus has-focus-visible:outline-offset-2',
              choice === form.choice ? 'border-primary bg-accent-soft font-medium' : 'border-border hover:bg-muted',
            )}
          >
            <input
              type="radio"
              name={id}
              className="sr-only"
              checked={choice === form.choice}
              onChange={() => onChange({ ...form, choice })}
            />
            {choice === 'never' ? never : LABELS[choice]}
          </label>
        ))}
      </div>
      {form.choice === 'date' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="Day">
            {(ids) => (
              <Input
                {...ids}
                type="date"
                value={form.day}
                min={dayOf(now)}
                max={LAST_DAY}
                required
                onChange={({ target }) => onChange({ ...form, day: target.value })}
              />
            )}
          </Field>
          <Field label="Time (optional)">
            {(ids) => (
              <Input
                {...ids}
                type="time"
                value={form.time}
                onChange={({ target }) => onChange({ ...form, time: target.value })}
              />
            )}
          </Field>
        </div>
      )}
      <p id={`${id}-result`} className="text-subtle text-xs" aria-live="polite">
        {expiry.kind === 'never' && neverHint}
        {expiry.kind === 'at' && `Ends on ${formatEnd(expiry.at)}.`}
        {expiry.kind === 'fault' && form.day === '' && 'Without a time it ends at the end of that day.'}
      </p>
      {(error ?? (expiry.kind === 'fault' && form.day !== '' ? expiry.message : undefined)) !== undefined && (
        <p className="text-bad text-xs" role="alert">
          {error ?? (expiry.kind === 'fault' ? expiry.message : '')}
        </p>
      )}
    </fieldset>
  );
}
