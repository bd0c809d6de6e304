import assert from 'node:assert/strict';
import { accountMigrations } from '../../../src/storage/json/migrations.ts';
import { inactive, limitedUntil, NOW } from '../../support/builders.ts';

/** As a file of an older format had it. */
const withoutBeginning = ({ since: _since, ...limit }: ReturnType<typeof limitedUntil>) => limit;

describe('accounts of an older format', () => {
  it('keep their limits, which are said to have begun long ago', () => {
    const old = withoutBeginning(limitedUntil(NOW));
    const records = [{ account: { status: old } }, { account: { status: { ...inactive(limitedUntil(NOW)), resume: old } } }];
    const migrated = accountMigrations.reduce<unknown>((document, migrate) => migrate(document), {
      version: 1,
      records,
    }) as { records: { account: { status: { since: number; resume?: { since: number } } } }[] };
    const [limited, paused] = migrated.records.map(({ account }) => account.status);
    assert.deepEqual([limited?.since, paused?.resume?.since], [0, 0]);
  });
});
