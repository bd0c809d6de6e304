/**
 * Under which origin each login was begun in the dashboard. The browser has to come back there: the session's cookie belongs to that
 * host alone, and `localhost` and `127.0.0.1` are two.
 */
import { LRUCache } from 'lru-cache';

export interface LoginHomes {
  /** `origin` must have been recognised as this server's own. */
  remember(state: string, origin: string): void;
  find(state: string): string | undefined;
}

/** As many as logins can be pending. */
const MAX_LOGINS = 100;

export function createLoginHomes(): LoginHomes {
  const homes = new LRUCache<string, string>({ max: MAX_LOGINS });
  return {
    remember: (state, origin) => void homes.set(state, origin),
    find: (state) => homes.get(state),
  };
}
