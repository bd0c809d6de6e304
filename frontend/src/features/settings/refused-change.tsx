/** The last change of the configuration file does not count, because it has faults. */
import type { Settings } from '@/api/settings.ts';
import { Notice } from '@/components/notice.tsx';
import { Ago } from '@/components/time.tsx';

export function RefusedChange({ change }: { readonly change: Settings['last_refused_change'] }) {
  if (change === null) return null;
  return (
    <Notice
      tone="bad"
      role="alert"
      title={
        <>
          The change of the configuration file <Ago at={change.at} /> was refused; what was in force before still is
        </>
      }
    >
      <ul className="list-disc pl-4">
        {change.faults.map(({ key, message, file, line }) => (
          <li key={`${key} ${message}`} className="break-words">
            <code className="font-mono text-xs">{key}</code> {message}
            {file !== null && (
              <span className="text-subtle">
                {' '}
                ({file}
                {line !== null && `:${line}`})
              </span>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
