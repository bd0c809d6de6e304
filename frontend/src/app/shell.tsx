/** The frame around every page: navigation, theme, the way out. */
import { LogOut, Menu } from 'lucide-react';
import { Suspense, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Button } from '@/components/ui/button.tsx';
import { Sheet, SheetContent, SheetTitle, SheetTrigger } from '@/components/ui/sheet.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { useSignOut } from '@/features/session/use-sign-out.ts';
import { Brand } from './brand.tsx';
import { NavigationList } from './navigation-list.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

function PageFallback() {
  return (
    <div role="status" aria-label="Loading the page" className="flex flex-col gap-4">
      <Skeleton className="h-8 w-40" />
      <Skeleton className="h-32 w-full" />
    </div>
  );
}

function Foot() {
  const signOut = useSignOut();
  return (
    <div className="flex items-center justify-between gap-2">
      <ThemeSwitch />
      <Button variant="ghost" size="small" pending={signOut.isPending} onClick={() => signOut.mutate()}>
        <LogOut aria-hidden />
        Sign out
      </Button>
    </div>
  );
}

/** On a small screen the navigation is behind a button. */
function TopBar() {
  const [open, setOpen] = useState(false);
  return (
    <div className="sticky top-0 z-30 flex h-13 items-center justify-between border-border border-b bg-surface px-4 lg:hidden">
      <Brand />
      <Sheet open={open} onOpenChange={setOpen}>
        <SheetTrigger asChild>
          <Button variant="ghost" size="icon" aria-label="Menu">
            <Menu aria-hidden />
          </Button>
        </SheetTrigger>
        <SheetContent aria-describedby={undefined}>
          <SheetTitle className="px-2.5 py-2">Headgate</SheetTitle>
          <div className="flex-1">
            <NavigationList onNavigate={() => setOpen(false)} />
          </div>
          <Foot />
        </SheetContent>
      </Sheet>
    </div>
  );
}

export function Shell() {
  const { pathname } = useLocation();
  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-raised px-3 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col gap-4 border-border border-r bg-surface p-3 lg:flex">
        <div className="px-2.5 pt-2 pb-1">
          <Brand />
        </div>
        <div className="flex-1">
          <NavigationList />
        </div>
        <Foot />
      </aside>
      <TopBar />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto flex w-full max-w-7xl flex-col gap-4 px-4 py-4 outline-none lg:px-7 lg:py-6"
      >
        <PageBoundary resetKey={pathname}>
          <Suspense fallback={<PageFallback />}>
            <Outlet />
          </Suspense>
        </PageBoundary>
      </main>
    </div>
  );
}
