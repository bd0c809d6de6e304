/** Whether the account would be chosen now, and if not, all that stands in the way: by the server's own rules of selection. */
import type { AccountView } from '@contract/accounts.ts';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { type Serving, servingQuery } from '@/api/accounts.ts';
import { ComesBack } from '@/components/comes-back.tsx';
import { LoadFailure } from '@/components/load-failure.tsx';
import { Instant } from '@/components/time.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Input } from '@/components/ui/input.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import type { OpenDialog } from '@/lib/account-dialog.ts';

interface ServingCardProps {
  readonly account: AccountView;
  readonly open: OpenDialog;
}

export function ServingCard({ account, open }: ServingCardProps) {
  const [model, setModel] = useState('');
  const serving = useQuery(servingQuery(account.id, model));
  return (
    <Card aria-labelledby="serving-title" className="flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <CardTitle id="serving-title">{account.status === 'active' ? 'Does it serve?' : 'Why is it not serving?'}</CardTitle>
        <ModelForm onModel={setModel} />
      </div>
      {serving.data && (
        <Answer serving={serving.data} onClearLimit={() => open({ kind: 'clear-limit', accountId: account.id })} />
      )}
      {serving.isPending && <Skeleton className="h-12" />}
      {serving.isError && !serving.data && <LoadFailure what="The explanation" query={serving} />}
    </Card>
  );
}

function ModelForm({ onModel }: { readonly onModel: (model: string) => void }) {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onModel(text.trim());
  };
  return (
    <form onSubmit={submit} className="flex gap-2">
      <Input
        aria-label="Model"
        placeholder="for any model"
        value={text}
        onChange={({ target }) => setText(target.value)}
        spellCheck={false}
        autoCapitalize="off"
        className="max-w-44 font-mono text-xs"
      />
      <Button type="submit">Ask</Button>
    </form>
  );
}

interface AnswerProps {
  readonly serving: Serving;
  readonly onClearLimit: () => void;
}

function Answer({ serving: { can_serve, model, reasons, next_chance_at }, onClearLimit }: AnswerProps) {
  const what = model === null ? 'a request' : `a request for ${model}`;
  if (can_serve)
    return (
      <p className="flex items-start gap-2">
        <CircleCheck className="mt-0.5 size-4 shrink-0 text-ok" aria-hidden />
        It can serve {what} now.
      </p>
    );
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-start gap-2 font-medium">
        <CircleX className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
        <span>
          It cannot serve {what} now.{' '}
          {next_chance_at === null ? 'It does not come back by itself.' : <ComesBack at={next_chance_at} counts />}
        </span>
      </p>
      <ul className="flex flex-col gap-2 border-border border-l-2 pl-4">
        {reasons.map(({ code, message, remedy, until }) => (
          <li key={code}>
            <p className="break-words">
              {message}{' '}
              {until !== null && (
                <span className="text-subtle">
                  Until <Instant at={until} />.
                </span>
              )}
            </p>
            {remedy !== null && (
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 break-words text-subtle">
                {remedy}
                {code === 'rate_limited' && (
                  <Button size="small" onClick={onClearLimit}>
                    Clear limit now…
                  </Button>
                )}
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
