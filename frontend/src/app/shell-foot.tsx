/** At the foot of the navigation: the theme, and the way out. */
import { LogOut } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import { useSignOut } from '@/features/session/use-sign-out.ts';
import { ThemeSwitch } from './theme-switch.tsx';

export function ShellFoot() {
  const signOut = useSignOut();
  return (
    <div className="flex items-center justify-between gap-2">
      <ThemeSwitch />
      <Button variant="ghost" size="small" pending={signOut.isPending} onClick={() => signOut.mutate()}>
        {!signOut.isPending && <LogOut aria-hidden />}
        Sign out
      </Button>
    </div>
  );
}
