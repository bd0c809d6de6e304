import { NavLink } from 'react-router';
import { cn } from '@/lib/utils.ts';
import { navigation } from './navigation.ts';

interface NavigationListProps {
  readonly onNavigate?: () => void;
}

export function NavigationList({ onNavigate }: NavigationListProps) {
  return (
    <nav aria-label="Pages">
      <ul className="flex flex-col gap-0.5">
        {navigation.map(({ to, label, icon: Icon }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={to === '/'}
              onClick={onNavigate}
              className={({ isActive }) =>
                cn(
                  'flex h-9 items-center gap-2.5 rounded-md px-2.5 font-medium text-sm transition-colors',
                  isActive ? 'bg-accent-soft text-accent' : 'text-subtle hover:bg-muted hover:text-foreground',
                )
              }
            >
              <Icon className="size-4 shrink-0" aria-hidden />
              {label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
