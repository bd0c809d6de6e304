/** What stands in the place of data that could not be had, with the way to try again. */

import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';
import { ApiError, messageOf } from '@/lib/api-error.ts';

interface LoadFailureProps {
  /** What is missing, as in "The accounts could not be loaded". */
  readonly what: string;
  readonly query: { readonly error: unknown; readonly isFetching: boolean; readonly refetch: () => Promise<unknown> };
}

export function LoadFailure({ what, query }: LoadFailureProps) {
  const { error, isFetching, refetch } = query;
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Notice
      tone="bad"
      role="alert"
      title={`${what} could not be loaded`}
      action={
        <Button size="small" pending={isFetching} onClick={() => void refetch()}>
          Try again
        </Button>
      }
    >
      {messageOf(error)}
      {requestId !== null && <span className="block text-subtle text-xs">Request {requestId}</span>}
    </Notice>
  );
}
