/** What the sign-in page is told by who sends there. Kept in the browser's history entry, not in the address. */
export interface SignInState {
  /** The page to come back to. */
  readonly from: string;
  /** A session was there and is over. */
  readonly ended: boolean;
}

/** Anything may stand in a history entry; only an address of ours is followed. */
export function readSignInState(value: unknown): SignInState {
  const { from, ended } = (typeof value === 'object' && value !== null ? value : {}) as Partial<
    Record<keyof SignInState, unknown>
  >;
  const isOwnPage = typeof from === 'string' && /^\/(?!\/)/.test(from) && !from.startsWith('/sign-in');
  return { from: isOwnPage ? from : '/', ended: ended === true };
}
