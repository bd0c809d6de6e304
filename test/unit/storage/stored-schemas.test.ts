/** Every shape the program can hold survives the way to the file and back. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { AccountRecord } from '../../../src/accounts/account-record.ts';
import { noCounters } from '../../../src/accounts/account-record.ts';
import type { ApiKey } from '../../../src/api-keys/api-key.ts';
import type { AccountStatus, InvalidReason, LimitCause } from '../../../src/core/account.ts';
import { accountRecordSchema } from '../../../src/storage/json/account-record-schema.ts';
import { apiKeySchema } from '../../../src/storage/json/api-key-schema.ts';
import { credentialSchema } from '../../../src/storage/json/credential-schema.ts';
import { schemaFor } from '../../../src/storage/json/schema-for.ts';
import { aCredential, active, anAccount, inactive, invalidSince, limitedUntil, NOW } from '../../support/builders.ts';

const throughFile = <T>(schema: z.ZodType<T>, value: T): T => schema.parse(JSON.parse(JSON.stringify(value)));

const causes: Record<LimitCause, true> = {
  quota: true,
  overage: true,
  throttle: true,
  unexplained_429: true,
  unexplained_401: true,
  account_refused: true,
};
const reasons: Record<InvalidReason, true> = {
  credential_rejected: true,
  refresh_lost: true,
  inference_withheld: true,
  organization_disabled: true,
  oauth_not_allowed: true,
  identity_verification_required: true,
  credit_balance_too_low: true,
  restored: true,
};

function aRecord(status: AccountStatus = active): AccountRecord {
  const window = { name: '7d_opus', status: 'allowed', utilization: 1.25, resetAt: NOW };
  const account = anAccount({ status, windows: [window], benches: [{ family: 'opus', until: NOW }] });
  const evidence = { summary: '429', row: 3, status: 429, errorType: 'rate_limit_error', headers: { 'retry-after': '7' } };
  const history = [
    { id: 'evt_2', accountId: account.id, at: NOW, type: 'limited', from: 'active', to: 'rate_limited', evidence } as const,
    {
      id: 'evt_1',
      accountId: account.id,
      at: NOW,
      type: 'created',
      from: null,
      to: 'active',
      evidence: { summary: 'new' },
    } as const,
  ];
  return { id: account.id, account, history, counters: { ...noCounters, lastUsedAt: NOW } };
}

describe('a stored account', () => {
  const proven = { ...limitedUntil(NOW, 'mark'), proven: { until: NOW, cause: 'overage' } } as const;
  const statuses = {
    active,
    'rate-limited': limitedUntil(NOW),
    'provisionally rate-limited': proven,
    invalid: invalidSince(NOW),
    'inactive by a person': inactive({ state: 'active' }),
    'inactive for want of use': inactive(proven, 'idle'),
    'inactive and invalid': inactive(invalidSince(NOW)),
  } satisfies Readonly<Record<string, AccountStatus>>;
  for (const [name, status] of Object.entries(statuses)) {
    it(`that is ${name} is read back as it was`, () => {
      assert.deepEqual(throughFile(accountRecordSchema, aRecord(status)), aRecord(status));
    });
  }

  it('may be limited for every cause there is', () => {
    for (const cause of Object.keys(causes) as LimitCause[]) {
      const record = aRecord({ ...limitedUntil(NOW), cause });
      assert.deepEqual(throughFile(accountRecordSchema, record), record);
    }
  });

  it('may be invalid for every reason there is', () => {
    for (const reason of Object.keys(reasons) as InvalidReason[]) {
      const record = aRecord({ ...invalidSince(NOW), reason });
      assert.deepEqual(throughFile(accountRecordSchema, record), record);
    }
  });

  it('of another id than its record is refused', () => {
    assert.equal(accountRecordSchema.safeParse({ ...aRecord(), id: 'acc_9' }).success, false);
  });

  it('in a status of its own making is refused', () => {
    const record = { ...aRecord(), account: { ...anAccount(), status: { state: 'sleeping' } } };
    assert.equal(accountRecordSchema.safeParse(record).success, false);
  });
});

describe('a stored credential', () => {
  it('is read back as it was, with an open journal entry', () => {
    const credential = aCredential({ trust: 'unverified', intent: { fingerprint: '0123456789abcdef', generation: 3, at: NOW } });
    assert.deepEqual(throughFile(credentialSchema, credential), credential);
  });

  it('without a secret is refused', () => {
    assert.equal(credentialSchema.safeParse(aCredential({ secret: '' })).success, false);
  });
});

describe('a stored client key', () => {
  const key: ApiKey = {
    id: 'key_1',
    name: 'laptop',
    prefix: 'hg-abc',
    hash: 'ab'.repeat(32),
    role: 'user',
    enabled: true,
    expiresAt: null,
    createdAt: NOW,
    lastUsedAt: null,
    former: { hash: 'cd'.repeat(32), validUntil: NOW },
    revision: 3,
  };

  it('is read back as it was', () => {
    assert.deepEqual(throughFile(apiKeySchema, key), key);
  });

  it('with something else than a hash is refused: it could be a key', () => {
    assert.equal(apiKeySchema.safeParse({ ...key, hash: 'hg-a-key-in-the-clear' }).success, false);
  });
});

describe('the tie between a schema and its type', () => {
  interface Thing {
    readonly id: string;
    readonly parts: readonly { readonly size?: number }[];
  }
  const part = z.object({ size: z.number().exactOptional() });

  it('holds for a schema of the same fields', () => {
    const schema = schemaFor<Thing>()(z.object({ id: z.string(), parts: z.array(part) }));
    assert.equal(schema.safeParse({ id: 'a', parts: [{}] }).success, true);
  });

  it('does not compile for a schema that lacks an optional field, which would be dropped in silence', () => {
    // @ts-expect-error -- `size` is missing
    schemaFor<Thing>()(z.object({ id: z.string(), parts: z.array(z.object({})) }));
  });

  it('does not compile for a schema with a field too many', () => {
    // @ts-expect-error -- `extra` is unknown
    schemaFor<Thing>()(z.object({ id: z.string(), parts: z.array(part), extra: z.string() }));
  });

  it('does not compile for a schema that accepts too little', () => {
    // @ts-expect-error -- the type allows every text
    schemaFor<Thing>()(z.object({ id: z.enum(['a', 'b']), parts: z.array(part) }));
  });
});
