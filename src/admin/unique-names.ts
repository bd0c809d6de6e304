/** No two things of a kind have the same name, also while one of them is still being stored. */
import { nameKey } from '../core/name-key.ts';
import { AdminError } from './admin-error.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

export interface UniqueNames {
  /**
   * Runs `give`, during which nobody else gets the name; without a name it just runs. `ownId`: who has it already may keep it.
   * @throws AdminError 409 when another one has the name, or is about to get it
   */
  claim<T>(wanted: { readonly name: string | undefined; readonly ownId?: string }, give: () => Promise<T>): Promise<T>;
}

/** `what`: `account`. */
export function createUniqueNames(what: string, list: () => readonly Named[]): UniqueNames {
  const claimed = new Set<string>();
  return {
    async claim({ name, ownId }, give) {
      if (name === undefined) return give();
      const key = nameKey(name);
      if (claimed.has(key) || list().some((other) => other.id !== ownId && nameKey(other.name) === key)) throw taken(what, name);
      claimed.add(key);
      try {
        return await give();
      } finally {
        claimed.delete(key);
      }
    },
  };
}

const taken = (what: string, name: string) =>
  new AdminError(409, 'conflict_error', `There is another ${what} named "${name}".`, {
    fields: [{ path: 'name', message: `is taken by another ${what}: choose another one` }],
  });
