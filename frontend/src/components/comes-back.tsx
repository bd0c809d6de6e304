import { Countdown, When } from '@/components/time.tsx';

interface ComesBackProps {
  /** When an account that waits can serve again. */
  readonly at: string;
  readonly className?: string;
}

/** Says that nobody has to do anything, and until when. */
export function ComesBack({ at, className }: ComesBackProps) {
  return (
    <span className={className}>
      Nothing to do: it comes back by itself <When at={at} />, in <Countdown at={at} over="a moment" />.
    </span>
  );
}
