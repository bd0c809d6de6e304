/** The navigation of small screens. Loaded when it is first opened. */
import { Sheet, SheetContent, SheetTitle } from '@/components/ui/sheet.tsx';
import { NavigationList } from './navigation-list.tsx';
import { ShellFoot } from './shell-foot.tsx';

export function MobileMenu({ onClose }: { readonly onClose: () => void }) {
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent aria-describedby={undefined}>
        <SheetTitle className="px-2.5 py-2">Headgate</SheetTitle>
        <div className="flex-1">
          <NavigationList onNavigate={onClose} />
        </div>
        <ShellFoot />
      </SheetContent>
    </Sheet>
  );
}
