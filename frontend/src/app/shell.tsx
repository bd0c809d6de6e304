/** The frame around every page: navigation, theme, the way out. */
import { Menu } from 'lucide-react';
import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Button } from '@/components/ui/button.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { Brand } from './brand.tsx';
import { NavigationList } from './navigation-list.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { ShellFoot } from './shell-foot.tsx';
import { useLiveUpdates } from './use-live-updates.ts';
import { useRecoveries } from './use-recoveries.ts';

const MobileMenu = lazy(async () => ({ default: (await import('./mobile-menu.tsx')).MobileMenu }));

function PageFallback() {
  return (
    <div role="status" aria-label="Loading the page" className="flex flex-col gap-4">
      <Skeleton className="h-8 w-40" />
      <Skeleton className="h-32 w-full" />
    </div>
  );
}

/** On a small screen the navigation is behind a button. */
function TopBar() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center justify-between border-border border-b bg-surface px-4 lg:hidden">
      <Brand />
      <Button
        ref={button}
        variant="ghost"
        size="icon"
        aria-label="Menu"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Menu aria-hidden />
      </Button>
      <Suspense>{open && <MobileMenu onClose={close} />}</Suspense>
    </header>
  );
}

export function Shell() {
  const { pathname } = useLocation();
  const content = useRef<HTMLElement>(null);
  useLiveUpdates();
  useRecoveries();
  useFocusAfterNavigation(pathname, content);
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
        <ShellFoot />
      </aside>
      <TopBar />
      <main
        ref={content}
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

/** A new page begins at its top, for the eye as for the keyboard. */
function useFocusAfterNavigation(pathname: string, content: RefObject<HTMLElement | null>): void {
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    scrollTo(0, 0);
    content.current?.focus({ preventScroll: true });
  }, [pathname, content]);
}
