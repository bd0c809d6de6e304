import { Countdown, When } from '@/components/time.tsx';

interface ComesBackProps {
  /** When an account that waits can serve again. */
  readonly at: string;
  /** Counts down as well. */
  readonly counts?: boolean;
}

/** Says that nobody has to do anything, and until when. */
export function ComesBack({ at, counts = false }: ComesBackProps) {
  return (
    <span>
      Nothing to do: it comes back by itself <When at={at} />
      {counts && (
        <>
          , in <Countdown at={at} over="a moment" />
        </>
      )}
      .
    </span>
  );
}
