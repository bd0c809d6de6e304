/** Reads the head of a request to the API: whose credential came, and what should never have come. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Accounts, SimulatedAccount } from './accounts.ts';
import type { ApiEntry } from './books.ts';
import { fingerprintOf } from './fingerprint.ts';

export interface Credential {
  readonly kind: ApiEntry['credential'];
  /** Null: not good (any more). */
  readonly account: SimulatedAccount | null;
  /** Name of the account that it belongs to, good or not. */
  readonly owner: string | null;
  readonly fingerprint: string | null;
}

/** They belong to the client's own connection or to its way here; a proxy must not pass them on (RFC 9110 section 7.6.1). */
const NEVER_PASSED_ON = [
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
  'proxy-connection',
  'expect',
  'cookie',
  'forwarded',
  'x-real-ip',
  'via',
  'origin',
];
/** Fields of proxies, and of the product itself. */
const FOREIGN = /^x-(forwarded|headgate)-/;

export function credentialOf({ headers }: IncomingMessage, accounts: Accounts): Credential {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key']?.toString();
  const kind = headers.authorization && key ? 'two' : bearer ? 'bearer' : key ? 'x-api-key' : 'none';
  const account = bearer ? accounts.byAccessToken(bearer) : key ? accounts.byApiKey(key) : null;
  const secret = bearer ?? key;
  if (secret === undefined) return { kind, account, owner: null, fingerprint: null };
  return { kind, account, owner: accounts.ownerOf(secret)?.name ?? null, fingerprint: fingerprintOf(secret) };
}

/** What is known of a request before its body has come. */
export function openEntry(req: IncomingMessage, { kind, owner, fingerprint }: Credential, at: number): ApiEntry {
  return {
    at,
    account: owner,
    credential: kind,
    fingerprint,
    method: req.method ?? '',
    target: req.url ?? '',
    headers: maskedHeaders(req, owner),
    sessionId: req.headers['x-claude-code-session-id']?.toString() ?? null,
    violations: violationsOf(req, kind),
    bodyBytes: 0,
    bodySha256: '',
    model: null,
    stream: false,
    status: 0,
    eventsSent: 0,
    end: 'open',
  };
}

/** Fills in what the body says. */
export function enterBody(entry: ApiEntry, body: Buffer, request: Readonly<Record<string, unknown>> | null): void {
  entry.bodyBytes = body.length;
  entry.bodySha256 = createHash('sha256').update(body).digest('hex');
  entry.model = typeof request?.['model'] === 'string' ? request['model'] : null;
  entry.stream = request?.['stream'] === true;
}

function violationsOf({ headers }: IncomingMessage, kind: Credential['kind']): readonly string[] {
  return [
    ...NEVER_PASSED_ON.filter((name) => headers[name] !== undefined),
    ...Object.keys(headers).filter((name) => FOREIGN.test(name)),
    ...(kind === 'two' ? ['authorization and x-api-key'] : []),
  ];
}

const SECRET = ['authorization', 'x-api-key', 'proxy-authorization'];

function maskedHeaders({ headers }: IncomingMessage, owner: string | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      SECRET.includes(name) ? `credential of ${owner ?? 'nobody'}` : String(value),
    ]),
  );
}
