import { Link } from 'react-router';
import { cn } from '@/lib/utils.ts';

interface AccountLinkProps {
  readonly account: { readonly id: string; readonly name: string };
  readonly className?: string;
}

/** An account's name, on the way to its page, and to be seen as such. */
export function AccountLink({ account: { id, name }, className }: AccountLinkProps) {
  return (
    <Link to={`/accounts/${id}`} className={cn('text-accent hover:underline', className)} title={name}>
      {name}
    </Link>
  );
}
