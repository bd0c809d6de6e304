import { Compass } from 'lucide-react';
import { Link } from 'react-router';
import { EmptyState } from '@/components/empty-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Button } from '@/components/ui/button.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" />
      <EmptyState
        icon={Compass}
        title="There is no such page"
        action={
          <Button asChild>
            <Link to="/">To the overview</Link>
          </Button>
        }
      >
        The address may be mistyped, or what it named is gone.
      </EmptyState>
    </>
  );
}
