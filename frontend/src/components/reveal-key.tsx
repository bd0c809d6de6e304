/** Shows a new key, this once, with what it is good for and the lines that point Claude Code here. */

import { environmentLines } from '@contract/client-environment.ts';
import type { CreatedKey } from '@/api/keys.ts';
import { AddressNotice, useBaseUrl } from '@/components/address-notice.tsx';
import { CodeBlock } from '@/components/code-block.tsx';
import { Notice } from '@/components/notice.tsx';
import { formatEnd } from '@/lib/format.ts';

interface RevealKeyProps {
  readonly created: CreatedKey;
}

/** The lines with the key in them, for a shell. */
export function useKeyLines(key: string): string {
  const { url } = useBaseUrl();
  return environmentLines('sh', { baseUrl: url, key }).join('\n');
}

export function RevealKey({ created }: RevealKeyProps) {
  const { name, key, role, expires_at } = created;
  const lines = useKeyLines(key);
  const base = useBaseUrl();
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Notice tone="warn">This is the only time that the key is shown. Headgate keeps no copy of it.</Notice>
      <p className="text-sm">
        Role {role}: {role === 'admin' ? 'it may also administer Headgate' : 'for the Claude API only'}.{' '}
        {expires_at === null ? 'It does not expire.' : `It ends on ${formatEnd(Date.parse(expires_at))}.`}
      </p>
      <CodeBlock label={`Key “${name}”`} text={key} copyLabel="Copy the key" wraps />
      <CodeBlock label="For Claude Code, in a shell" text={lines} copyLabel="Copy the lines" wraps />
      <AddressNotice base={base} />
    </div>
  );
}
