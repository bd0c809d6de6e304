/** Shows a new key, this once, with the lines that point Claude Code here. */

import { environmentLines } from '@contract/client-environment.ts';
import type { CreatedKey } from '@/api/keys.ts';
import { CodeBlock } from '@/components/code-block.tsx';
import { Notice } from '@/components/notice.tsx';

interface RevealKeyProps {
  readonly created: CreatedKey;
}

export function RevealKey({ created }: RevealKeyProps) {
  const lines = environmentLines('sh', { baseUrl: location.origin, key: created.key });
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="warn">This is the only time that the key is shown. Headgate keeps no copy of it.</Notice>
      <CodeBlock label={`Key “${created.name}”`} text={created.key} copyLabel="Copy the key" wraps />
      <CodeBlock label="For Claude Code, in a shell" text={lines.join('\n')} copyLabel="Copy the lines" wraps />
    </div>
  );
}
