/** Keeps the rest of the dashboard usable when one page breaks, or cannot be loaded because a newer version was installed meanwhile. */
import { Component, type ReactNode } from 'react';
import { Notice } from '@/components/notice.tsx';
import { Button } from '@/components/ui/button.tsx';

interface PageBoundaryProps {
  /** Another value gives the page another try. */
  readonly resetKey: string;
  readonly children: ReactNode;
}

interface PageBoundaryState {
  readonly failedAt: string | null;
}

export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { failedAt: null };

  override componentDidCatch(): void {
    this.setState({ failedAt: this.props.resetKey });
  }

  static getDerivedStateFromError(): PageBoundaryState {
    return { failedAt: '' };
  }

  override componentDidUpdate({ resetKey }: PageBoundaryProps): void {
    if (this.state.failedAt !== null && resetKey !== this.props.resetKey) this.setState({ failedAt: null });
  }

  override render(): ReactNode {
    if (this.state.failedAt === null) return this.props.children;
    return (
      <Notice
        tone="bad"
        role="alert"
        title="This page could not be shown"
        action={
          <Button size="small" onClick={() => location.reload()}>
            Reload
          </Button>
        }
      >
        Headgate may have been updated since the dashboard was opened. Reloading brings the version that fits.
      </Notice>
    );
  }
}
