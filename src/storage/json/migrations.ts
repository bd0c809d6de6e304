/** From each older format of a file to the next. A step is never changed once it was released: files of every format are about. */
import { withRecords } from './json-record-store.ts';
import type { Migration } from './load-json.ts';

type Group = Readonly<Record<string, unknown>>;

const inEach =
  (change: (record: Group) => Group): Migration =>
  (document) =>
    withRecords(document, (record) => (typeof record === 'object' && record !== null ? change(record as Group) : record));

/** A limit that is said to have begun long ago lasts as long as it says. */
const withBeginning = (health: unknown): unknown => {
  const limit = health as Group | undefined;
  return limit?.['state'] === 'rate_limited' ? { since: 0, ...limit } : health;
};

const withBeginnings = (account: Group | undefined): Group => {
  const status = withBeginning(account?.['status']) as Group | undefined;
  return {
    ...account,
    status: status?.['resume'] === undefined ? status : { ...status, resume: withBeginning(status['resume']) },
  };
};

export const accountMigrations: readonly Migration[] = [
  // 1 → 2: accounts count their changes and know when their login was made.
  inEach((record) => ({
    ...record,
    account: { revision: 1, authorizedAt: null, ...(record['account'] as Group | undefined) },
  })),
  // 2 → 3: a limit knows when it began.
  inEach((record) => ({ ...record, account: withBeginnings(record['account'] as Group | undefined) })),
];

export const apiKeyMigrations: readonly Migration[] = [
  // 1 → 2: keys count their changes and may have a former secret.
  inEach((record) => ({ revision: 1, former: null, ...record })),
];
