/**
 * Lists of batches and files: put together from the members that the calling key made, each read from the account that holds it. What
 * the accounts hold beside them is nobody's business.
 */
import { listShape, resourcePage } from '../core/resource-pages.ts';
import { withOwnResultsUrl } from '../core/resources.ts';
import type { ResourceOwner } from '../resources/resource-owners.ts';
import { makeAttempts } from './attempts.ts';
import { listUnavailable, unknownCursor } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { OwnList, ResourceDeps } from './resources.ts';
import type { AttemptDeps } from './walk.ts';

const MAX_MEMBER_BYTES = 256 * 1024;

export interface OwnListDeps extends AttemptDeps, Pick<ResourceDeps, 'owners'> {}

/** @throws GatewayError 400 for a cursor of somebody else, 502 when a member cannot be read: a list with a hole would be taken for the whole */
export async function serveOwnList(deps: OwnListDeps, exchange: Exchange, { kind, members, origin }: OwnList): Promise<void> {
  const query = new URL(`http://list${exchange.target}`).searchParams;
  const page = resourcePage(members, query, listShape(kind, exchange.req.headers['anthropic-beta']?.toString()));
  if (page === null) throw unknownCursor();
  const data: unknown[] = [];
  // One after the other: they share the client's request object, which the proxy library writes to.
  for (const member of page.members) {
    const body = await readMember(deps, exchange, member);
    if (body !== null) data.push(JSON.parse(kind === 'batch' ? withOwnResultsUrl(body, origin) : body));
  }
  answer(exchange, { data, ...page.position }, deps.now());
}

/** Null when the upstream does not have it any more. */
async function readMember(deps: OwnListDeps, exchange: Exchange, { id, kind, accountId }: ResourceOwner): Promise<string | null> {
  const path = kind === 'batch' ? `/v1/messages/batches/${id}` : `/v1/files/${id}`;
  const end = await makeAttempts(deps, { ...exchange, path, target: path, owner: accountId });
  if (end.kind !== 'reply') throw listUnavailable();
  const { status } = end.reply;
  const body = await end.reply.read(MAX_MEMBER_BYTES);
  end.slot.end({ failed: status >= 300, usage: null });
  if (status === 404) {
    await deps.owners.forget(id).catch(() => undefined);
    return null;
  }
  if (status !== 200 || body === null) throw listUnavailable();
  return body.toString('utf8');
}

function answer(exchange: Exchange, list: object, now: number): void {
  const body = Buffer.from(JSON.stringify(list));
  exchange.res.writeHead(200, {
    'content-type': 'application/json',
    'content-length': body.length,
    'request-id': exchange.id,
    'x-headgate-request-id': exchange.id,
  });
  exchange.res.end(body);
  exchange.end = {
    outcome: 'relayed',
    status: 200,
    errorType: null,
    streamed: false,
    usage: null,
    responseBytes: body.length,
    firstByteAt: now,
  };
}
