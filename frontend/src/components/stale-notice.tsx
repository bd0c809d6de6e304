/** Says that what is shown was true once: the last try to ask again has failed. */
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { messageOf } from '@/lib/api-error.ts';
import { formatInstant } from '@/lib/format.ts';

interface StaleNoticeProps {
  readonly query: {
    readonly data: unknown;
    readonly error: unknown;
    readonly isError: boolean;
    readonly isFetching: boolean;
    readonly dataUpdatedAt: number;
    readonly refetch: () => Promise<unknown>;
  };
}

export function StaleNotice({ query }: StaleNoticeProps) {
  const { data, error, isError, isFetching, dataUpdatedAt, refetch } = query;
  if (!isError || data === undefined) return null;
  return (
    <Notice
      tone="warn"
      role="status"
      title={`As of ${formatInstant(dataUpdatedAt, Date.now())}: it could not be asked for again`}
      action={
        <Button size="small" pending={isFetching} onClick={() => void refetch()}>
          Try again
        </Button>
      }
    >
      {messageOf(error)}
    </Notice>
  );
}
