/** `keys.*`: clients' keys that are declared instead of made. */
import { declaredKeys } from '../declared-entries.ts';
import { entries } from '../setting.ts';

export const keys = {
  static: entries(declaredKeys, {
    allowed: 'entries of name, key (env:NAME or file:PATH) and, if it may administer, role: admin; at most 1000, each name once',
    meaning:
      'API keys that exist by configuration. The dashboard and the API show them and change none: that is done where they are declared.',
    why: 'An instance that is ready without anybody signing in: { name: laptop, key: "env:LAPTOP_KEY" }.',
  }),
} as const;
