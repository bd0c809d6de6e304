/** What the doctor says about one thing. */

export interface Finding {
  /** What was looked at: `configuration`, `account "work"`. */
  readonly about: string;
  /** `note` is worth knowing; `warning` will become a problem, or may be one; `problem` keeps something from working now. */
  readonly verdict: 'ok' | 'note' | 'warning' | 'problem';
  readonly message: string;
  /** What to do about it; null where nothing is to be done. */
  readonly remedy: string | null;
}

/** Findings about one thing. */
export const about = (what: string) => ({
  ok: (message: string): Finding => ({ about: what, verdict: 'ok', message, remedy: null }),
  note: (message: string, remedy: string | null = null): Finding => ({ about: what, verdict: 'note', message, remedy }),
  warning: (message: string, remedy: string): Finding => ({ about: what, verdict: 'warning', message, remedy }),
  problem: (message: string, remedy: string): Finding => ({ about: what, verdict: 'problem', message, remedy }),
});
