/** How a client is pointed here, ready to copy, with a light that turns green when it works. */
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { CreatedKey } from '@/api/keys.ts';
import { AddressNotice, useBaseUrl } from '@/components/address-notice.tsx';
import { CodeBlock } from '@/components/code-block.tsx';
import { NewKeyForm } from '@/components/new-key-form.tsx';
import { Notice } from '@/components/notice.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Card, CardTitle } from '@/components/ui/card.tsx';
import { Dialog, DialogContent, DialogTitle } from '@/components/ui/dialog.tsx';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/components/ui/tabs.tsx';
import { ConnectionCheck } from './connection-check.tsx';
import { snippetsFor } from './snippets.ts';

/** Stands where the key belongs; Headgate keeps none that it could show. */
const PLACEHOLDER = 'hg_your_api_key';

export function ConnectPage() {
  const base = useBaseUrl();
  const [created, setCreated] = useState<CreatedKey | null>(null);
  const [isCreating, setIsCreating] = useState(false);
  return (
    <>
      <PageHeader
        title="Connect"
        actions={
          created === null && (
            <Button variant="primary" onClick={() => setIsCreating(true)}>
              <Plus aria-hidden />
              Create key
            </Button>
          )
        }
      />
      <ConnectionCheck key={created?.id} apiKey={created} />
      <Card aria-labelledby="snippets-title" className="flex min-w-0 flex-col gap-3 p-4">
        <CardTitle id="snippets-title">Point a client at {base.url}</CardTitle>
        {created === null ? (
          <p className="text-subtle text-sm">
            Put one of your API keys in the place of <code className="font-mono">{PLACEHOLDER}</code>, or create a key: it is then
            filled in below.
          </p>
        ) : (
          <Notice tone="warn">
            The key “{created.name}” is filled in below. It is shown until you leave this page, and never again.
          </Notice>
        )}
        <AddressNotice base={base} />
        <Snippets baseUrl={base.url} apiKey={created?.key ?? PLACEHOLDER} />
      </Card>
      {isCreating && (
        <Dialog open onOpenChange={setIsCreating}>
          <DialogContent aria-describedby={undefined}>
            <DialogTitle>Create key</DialogTitle>
            <NewKeyForm
              brief
              onCreated={(key) => {
                setCreated(key);
                setIsCreating(false);
              }}
            />
          </DialogContent>
        </Dialog>
      )}
    </>
  );
}

function Snippets({ baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string }) {
  const snippets = snippetsFor({ baseUrl, key: apiKey });
  return (
    <Tabs defaultValue="sh" className="flex min-w-0 flex-col gap-3">
      <TabsList aria-label="Kinds of clients">
        {snippets.map(({ id, label }) => (
          <TabsTrigger key={id} value={id}>
            {label}
          </TabsTrigger>
        ))}
      </TabsList>
      {snippets.map(({ id, label, hint, text }) => (
        <TabsContent key={id} value={id} className="min-w-0 rounded-lg">
          <CodeBlock label={hint} text={text} copyLabel={`Copy for ${label}`} />
        </TabsContent>
      ))}
    </Tabs>
  );
}
