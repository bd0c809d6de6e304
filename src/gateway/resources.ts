/**
 * Batches and files: they live in the account that made them, and belong to the API key that asked for them. Requests about one go to
 * its account; another key's is as good as none; lists hold the calling key's own.
 */
import type { AccountPool } from '../accounts/account-pool.ts';
import type { ConversationPins } from '../accounts/conversation-pins.ts';
import {
  filesNamed,
  namesResultsUrl,
  type ResourceKind,
  type ResourceUse,
  resourceUse,
  withOwnResultsUrl,
} from '../core/resources.ts';
import type { DurationMs, Now } from '../core/time.ts';
import type { Logger } from '../observability/logger.ts';
import type { ResourceOwner, ResourceOwners } from '../resources/resource-owners.ts';
import { noSuchResource, scatteredFiles } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { holds, wordOf } from './find-word.ts';

export interface ResourceDeps {
  readonly owners: ResourceOwners;
  readonly pool: Pick<AccountPool, 'get'>;
  readonly pins: Pick<ConversationPins, 'homeOf' | 'settle'>;
  readonly now: Now;
  readonly log: Pick<Logger, 'error'>;
  /** Where clients reach this server; null: as they ask for it. */
  readonly publicUrl: () => string | null;
}

/** A list that has to be put together from the accounts that hold its members. */
export interface OwnList {
  readonly kind: ResourceKind;
  /** Of this server, as the client reaches it. */
  readonly origin: string;
  readonly members: readonly ResourceOwner[];
}

/**
 * Sees to it that the request reaches the account that holds what it is about, and that what it makes is remembered.
 * Returns the list to answer with, where the request asks for one.
 * @throws GatewayError 404 for what is not there, or another key's
 */
export function routeToOwner(deps: ResourceDeps, exchange: Exchange): OwnList | null {
  const use = resourceUse(exchange.method, exchange.path);
  if (use === null) {
    if (exchange.path.startsWith('/v1/messages')) exchange.owner = ownerOfFiles(deps, exchange);
    return null;
  }
  const apiKeyId = exchange.apiKey?.id ?? null;
  const origin = originOf(deps, exchange);
  if (use.does === 'list') return { kind: use.kind, origin, members: deps.owners.listOf(use.kind, apiKeyId) };
  if (use.does === 'use') exchange.owner = existing(deps, use.id, exchange).accountId;
  else if (use.kind === 'batch') exchange.owner = ownerOfFiles(deps, exchange);
  else keepTogether(deps, exchange);
  exchange.change = (body, accountId) => changed(deps, { exchange, use, body, accountId, origin });
  return null;
}

interface Answer {
  readonly exchange: Exchange;
  readonly use: ResourceUse;
  readonly body: Buffer;
  readonly accountId: string;
  readonly origin: string;
}

/** Remembers or forgets what the reply tells of, and gives the body to pass on. */
async function changed(deps: ResourceDeps, answer: Answer): Promise<Buffer> {
  const { exchange, use, body, origin } = answer;
  try {
    if (use.does === 'create') await remember(deps, answer);
    if (use.does === 'use' && exchange.method === 'DELETE') await deps.owners.forget(use.id);
  } catch (error) {
    // The upstream has done it: the client must learn of it, whatever our disk says.
    deps.log.error('the owner of a batch or a file could not be stored', { request: exchange.id, error });
  }
  return namesResultsUrl(use) ? Buffer.from(withOwnResultsUrl(body.toString('utf8'), origin)) : body;
}

async function remember({ owners, now }: ResourceDeps, { exchange, use, body, accountId }: Answer): Promise<void> {
  const id = idIn(body);
  if (id !== null)
    await owners.remember({ id, kind: use.kind, accountId, apiKeyId: exchange.apiKey?.id ?? null, createdAt: now() });
}

function idIn(body: Buffer): string | null {
  try {
    const made: unknown = JSON.parse(body.toString('utf8'));
    return typeof made === 'object' && made !== null && 'id' in made && typeof made.id === 'string' ? made.id : null;
  } catch {
    return null;
  }
}

/** The address under which the client asked: its results are here, not upstream. */
function originOf({ publicUrl }: ResourceDeps, { req }: Exchange): string {
  return publicUrl() ?? `http://${req.headers.host ?? 'localhost'}`;
}

function existing({ owners, pool }: ResourceDeps, id: string, { apiKey }: Exchange): ResourceOwner {
  const owner = owners.ownerOf(id, apiKey?.id ?? null);
  if (!owner || !pool.get(owner.accountId)) throw noSuchResource();
  return owner;
}

/** What is stored does not cool down as a prompt cache does. */
const NEVER_COLD_MS: DurationMs = Number.POSITIVE_INFINITY;

/**
 * A message may name files of one account only. So a key's files go to one account, where its newest lies, as long as that can serve;
 * the first ones stay together as a conversation does, also when many come at once.
 */
function keepTogether({ owners, pool, pins }: ResourceDeps, exchange: Exchange): void {
  const apiKeyId = exchange.apiKey?.id ?? null;
  const files = `files ${apiKeyId ?? ''}`;
  exchange.conversation = files;
  exchange.cacheMs = NEVER_COLD_MS;
  if (pins.homeOf(files) !== null) return;
  const [newest] = owners.listOf('file', apiKeyId);
  if (newest && pool.get(newest.accountId)) pins.settle(files, newest.accountId, NEVER_COLD_MS);
}

const FILE_MENTION = wordOf('"file_id"', '"file'.length);

/** The account that holds the files which the body names; null when it names none. */
function ownerOfFiles(deps: ResourceDeps, exchange: Exchange): string | null {
  const ids = holds(exchange.body, FILE_MENTION) ? filesNamed(Buffer.concat(exchange.body.chunks).toString('utf8')) : [];
  const accounts = new Set(ids.map((id) => existing(deps, id, exchange).accountId));
  if (accounts.size > 1) throw scatteredFiles();
  return accounts.values().next().value ?? null;
}
