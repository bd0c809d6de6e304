/**
 * A tab that a click opens before it is known where it leads: browsers open none later, when the address has come from the server.
 * The page in it gets no way back to this one.
 */

export interface WaitingTab {
  /** Without a referrer, as this page's policy has it. */
  goTo(address: string): void;
  close(): void;
}

/** What is used of the tab's window. */
interface TabWindow {
  opener: unknown;
  readonly location: { replace(address: string): void };
  close(): void;
}

/** To be called within the click. Null where the browser opens none: then a link has to do. */
export function openWaitingTab(open: () => TabWindow | null = () => window.open('', '_blank')): WaitingTab | null {
  const tab = open();
  if (tab === null) return null;
  tab.opener = null;
  return { goTo: (address) => tab.location.replace(address), close: () => tab.close() };
}
