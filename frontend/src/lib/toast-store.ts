/** The notes on show, as a store that a component can subscribe to. */

export interface Toast {
  readonly id: number;
  readonly tone: 'ok' | 'bad';
  readonly text: string;
}

export interface ToastStore {
  show(text: string, tone?: Toast['tone']): void;
  dismiss(id: number): void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly list: () => readonly Toast[];
}

/** More would cover the page. */
const MOST_SHOWN = 3;
/** At a slow reader's three words a second, with time to look up. A failure stays until it is dismissed or pushed out. */
const SHOWN_MS = 6000;

export function createToastStore(
  later: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
): ToastStore {
  let toasts: readonly Toast[] = [];
  let lastId = 0;
  const listeners = new Set<() => void>();
  const become = (next: readonly Toast[]): void => {
    toasts = next;
    for (const listener of listeners) listener();
  };
  const dismiss = (id: number): void => {
    if (toasts.some((toast) => toast.id === id)) become(toasts.filter((toast) => toast.id !== id));
  };
  return {
    show(text, tone = 'ok') {
      lastId += 1;
      const id = lastId;
      become([...toasts, { id, tone, text }].slice(-MOST_SHOWN));
      if (tone === 'ok') later(() => dismiss(id), SHOWN_MS);
    },
    dismiss,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    list: () => toasts,
  };
}
