/** The navigation of small screens. Loaded when it is first opened. */
import { X } from 'lucide-react';
import { BrandMark } from '@/components/brand-mark.tsx';
import { Button } from '@/components/ui/button.tsx';
import { Sheet, SheetContent, SheetTitle } from '@/components/ui/sheet.tsx';
import { NavigationList } from './navigation-list.tsx';
import { ShellFoot } from './shell-foot.tsx';

export function MobileMenu({ onClose }: { readonly onClose: () => void }) {
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()}>
      <SheetContent aria-describedby={undefined}>
        <div className="mb-2 flex items-center justify-between gap-2 pl-2.5">
          <SheetTitle className="flex items-center gap-2">
            <BrandMark />
            Headgate
          </SheetTitle>
          <Button variant="ghost" size="icon" aria-label="Close the menu" onClick={onClose}>
            <X aria-hidden />
          </Button>
        </div>
        <div className="flex-1">
          <NavigationList onNavigate={onClose} />
        </div>
        <ShellFoot />
      </SheetContent>
    </Sheet>
  );
}
