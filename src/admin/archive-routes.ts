/** Accounts that move to another instance: sealed here, so that no reply ever holds a secret in clear. */
import { type Response, Router } from 'express';
import { z } from 'zod';
import type { AccountPool } from '../accounts/account-pool.ts';
import type { CredentialVault } from '../accounts/credential-vault.ts';
import type { Enrollment } from '../accounts/enroll-account.ts';
import { type ExportedAccount, exportAccount } from '../accounts/exported-account.ts';
import type { TokenManager } from '../accounts/token-manager.ts';
import type { AccountView } from '../contract/accounts.ts';
import {
  exportAccountsSchema,
  exportedAccountsSchema,
  importAccountsSchema,
  importedAccountsSchema,
} from '../contract/archives.ts';
import type { Account } from '../core/account.ts';
import { isDeclared } from '../core/declared-id.ts';
import type { Now } from '../core/time.ts';
import { openArchive, sealArchive } from '../storage/archive/sealed-archive.ts';
import { StorageError } from '../storage/store.ts';
import { invalidField, notFound, onlyMethods, parse } from './admin-error.ts';
import { noteChange } from './audit/record-writes.ts';
import { actorOf } from './authorize-admin.ts';
import { instant, presentAccount } from './present.ts';

export interface ArchiveRoutesDeps {
  readonly pool: Pick<AccountPool, 'list' | 'get' | 'countersOf' | 'inFlight'>;
  readonly vault: Pick<CredentialVault, 'get'>;
  readonly enrollment: Pick<Enrollment, 'adopt'>;
  readonly tokens: Pick<TokenManager, 'proveRestored'>;
  readonly now: Now;
}

const text = z.string().max(500).nullable();
const exported = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(100),
        kind: z.enum(['oauth', 'oauth_static', 'api_key']),
        identity: z.strictObject({ accountUuid: text, email: text, organizationUuid: text, organizationName: text, plan: text }),
        priority: z.int(),
        limits: z.strictObject({
          maxConcurrency: z.number().nullable(),
          maxUtilization: z.number().nullable(),
          allowOverage: z.boolean().nullable(),
        }),
        credential: z.strictObject({
          secret: z.string().min(1),
          refreshToken: z.string().min(1).nullable(),
          expiresAt: z.number().nullable(),
          loginExpiresAt: z.number().nullable(),
          scopes: z.array(z.string()),
        }),
      }),
    )
    .max(1000),
}) satisfies z.ZodType<{ accounts: readonly ExportedAccount[] }>;

export function createArchiveRoutes(deps: ArchiveRoutesDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.post('/accounts/export', async (req, res) => {
    const { passphrase, account_ids: ids } = parse(exportAccountsSchema, req.body);
    const accounts = (ids ?? deps.pool.list().map(({ id }) => id)).flatMap((id) => exportedOf(deps, id));
    noteChange(res, { field: 'exported', before: null, after: accounts.map(({ name }) => name) });
    const archive = await sealArchive('accounts', { accounts }, { passphrase, createdAt: instant(deps.now()) });
    res.json(exportedAccountsSchema.parse({ archive, accounts: accounts.length }));
  });
  router.all('/accounts/export', onlyMethods('POST'));
  router.post('/accounts/import', async (req, res) => {
    const { archive, passphrase } = parse(importAccountsSchema, req.body);
    const { accounts } = await openExport(archive, passphrase);
    const data = [];
    for (const account of accounts) data.push(await adopt(deps, account, res));
    // One after the other, and not while somebody waits for this reply.
    void deps.tokens.proveRestored();
    res.json(importedAccountsSchema.parse({ data }));
  });
  router.all('/accounts/import', onlyMethods('POST'));
  return router;
}

/** Nothing for what the configuration declares: it comes from there on the other instance, too. */
function exportedOf({ pool, vault }: ArchiveRoutesDeps, id: string): readonly ExportedAccount[] {
  const account = pool.get(id);
  const credential = vault.get(id);
  if (!account) throw notFound('account', 'account_ids');
  return credential && !isDeclared(account) ? [exportAccount(account, credential)] : [];
}

/** @throws AdminError 400 that names the field at fault */
async function openExport(archive: string, passphrase: string): Promise<{ readonly accounts: readonly ExportedAccount[] }> {
  const content = await openArchive('accounts', archive, passphrase).catch((error: unknown) => {
    if (error instanceof StorageError) throw invalidField('archive', `cannot be opened: ${error.message}`);
    throw error;
  });
  const parsed = exported.safeParse(content);
  if (!parsed.success) throw invalidField('archive', 'holds no accounts that this version knows');
  return parsed.data;
}

async function adopt(deps: ArchiveRoutesDeps, wanted: ExportedAccount, res: Response) {
  const { result, account } = await deps.enrollment.adopt(wanted, { summary: `imported by ${actorOf(res).name}` });
  return { name: wanted.name, result: result === 'created' ? 'imported' : 'exists', account: view(deps, account) };
}

const view = ({ pool, now }: ArchiveRoutesDeps, account: Account): AccountView =>
  presentAccount({ account, counters: pool.countersOf(account.id), inFlight: pool.inFlight(account.id), now: now() });
