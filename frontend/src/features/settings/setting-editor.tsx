/** Changes one setting in place, or gives it back to the file. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { type Setting, settingCommands, settingsQuery } from '@/api/settings.ts';
import { toasts } from '@/components/toasts.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Input, NativeSelect, Textarea } from '@/components/ui/input.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';
import { fromInput, showValue, toInput, type Value } from './setting-value.ts';

interface SettingEditorProps {
  readonly setting: Setting;
  readonly onDone: () => void;
}

export function SettingEditor({ setting, onDone }: SettingEditorProps) {
  const { key, kind, allowed, origin, file_value } = setting;
  const client = useQueryClient();
  const [text, setText] = useState(() => toInput(setting.value));
  const id = useId();
  const save = useMutation({
    mutationFn: (value: Value) => settingCommands.change({ [key]: value }),
    onSuccess(settings, value) {
      client.setQueryData(settingsQuery().queryKey, settings);
      toasts.show(value === null ? `${key} is the file’s again.` : `${key} is changed, and counts from now on.`);
      onDone();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(fromInput(text, kind));
  };
  return (
    <form onSubmit={submit} onKeyDown={(event) => event.key === 'Escape' && onDone()} className="flex min-w-0 flex-col gap-1.5">
      <ValueInput
        setting={setting}
        text={text}
        onText={setText}
        ids={{ 'aria-label': key, 'aria-describedby': `${id}-hint`, 'aria-invalid': save.isError ? true : undefined }}
      />
      <p id={`${id}-hint`} className="text-subtle text-xs">
        {allowed}
      </p>
      {save.isError && (
        <p role="alert" className="break-words text-bad text-xs">
          {faultOf(save.error, key)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="small" variant="primary" pending={save.isPending}>
          Save
        </Button>
        <Button size="small" onClick={onDone}>
          Cancel
        </Button>
        {origin.kind === 'settings' && (
          <Button size="small" variant="ghost" disabled={save.isPending} onClick={() => save.mutate(null)}>
            Reset to {showValue({ ...setting, value: file_value })}
          </Button>
        )}
      </div>
    </form>
  );
}

function faultOf(error: unknown, key: string): string {
  const field = error instanceof ApiError ? (error.fieldMessage(`values.${key}`) ?? error.fieldMessage(key)) : undefined;
  return field ?? messageOf(error);
}

interface ValueInputProps {
  readonly setting: Setting;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly ids: Readonly<Record<`aria-${string}`, string | boolean | undefined>>;
}

function ValueInput({ setting: { kind, choices }, text, onText, ids }: ValueInputProps) {
  const common = {
    ...ids,
    value: text,
    onChange: ({ target }: { target: { value: string } }) => onText(target.value),
    autoFocus: true,
    spellCheck: false,
    className: 'font-mono text-xs',
  };
  const words = kind === 'boolean' ? ['true', 'false'] : choices;
  if (words.length > 0)
    return (
      <NativeSelect {...common}>
        {words.map((word) => (
          <option key={word} value={word}>
            {kind === 'boolean' ? (word === 'true' ? 'yes' : 'no') : word}
          </option>
        ))}
      </NativeSelect>
    );
  if (kind === 'list') return <Textarea {...common} rows={3} placeholder="one a line" />;
  return <Input {...common} inputMode={kind === 'integer' || kind === 'fraction' ? 'decimal' : 'text'} />;
}
