/** Every route of the administration API, in the order in which the document shows them. A test holds the table against the routes that exist. */
import { auditFilterSchema, auditSort } from '../../contract/audit.ts';
import { eventSchemas } from '../../contract/events.ts';
import { keyFilterSchema, keySort } from '../../contract/keys.ts';
import { logQuerySchema } from '../../contract/logs.ts';
import { requestFilterSchema, requestSort } from '../../contract/requests.ts';
import { clientSessionFilterSchema, clientSessionSort } from '../../contract/sessions.ts';
import { accountOperations } from './account-operations.ts';
import type { Operation } from './operation.ts';

const signingIn: readonly Operation[] = [
  {
    tag: 'Signing in',
    audience: 'anyone',
    method: 'post',
    path: '/api/auth/login',
    id: 'signIn',
    summary: 'Opens a session for the dashboard',
    description: 'The reply sets the cookie headgate_session. Ten wrong keys in a minute from one address are answered 429.',
    body: 'SignIn',
    replies: [{ status: 200, description: 'Signed in.', schema: 'SignedIn' }],
  },
  {
    tag: 'Signing in',
    audience: 'anyone',
    method: 'get',
    path: '/api/auth/session',
    id: 'getSession',
    summary: 'Am I signed in?',
    replies: [{ status: 200, description: 'Also for those who are not.', schema: 'SignedIn' }],
  },
  {
    tag: 'Signing in',
    audience: 'admin',
    method: 'post',
    path: '/api/auth/logout',
    id: 'signOut',
    summary: 'Ends the session',
    replies: [{ status: 204, description: 'Signed out.' }],
  },
];

const keys = { tag: 'API keys', audience: 'admin' } as const;
const onlyHere = 'The key itself is shown in this reply only.';

const keyOperations: readonly Operation[] = [
  {
    ...keys,
    method: 'get',
    path: '/api/keys',
    id: 'listKeys',
    summary: 'All API keys, page by page',
    query: keyFilterSchema,
    list: keySort,
    replies: [{ status: 200, description: 'One page. Never a key itself.', schema: 'KeyList' }],
  },
  {
    ...keys,
    method: 'post',
    path: '/api/keys',
    id: 'createKey',
    summary: 'Makes an API key',
    body: 'CreateKey',
    replies: [{ status: 201, description: onlyHere, schema: 'NewKey' }],
    refusals: [409],
  },
  {
    ...keys,
    method: 'get',
    path: '/api/keys/{id}',
    id: 'getKey',
    summary: 'One API key',
    replies: [{ status: 200, description: 'Never the key itself.', schema: 'Key', tagged: true }],
  },
  {
    ...keys,
    method: 'patch',
    path: '/api/keys/{id}',
    id: 'changeKey',
    summary: 'Renames, disables, enables or ends a key',
    body: 'ChangeKey',
    replies: [{ status: 200, description: 'The key as it is now.', schema: 'Key', tagged: true }],
    refusals: [409, 412],
    conditional: true,
  },
  {
    ...keys,
    method: 'delete',
    path: '/api/keys/{id}',
    id: 'removeKey',
    summary: 'Deletes a key',
    replies: [{ status: 204, description: 'It is refused from this instant.' }],
    refusals: [409, 412],
    conditional: true,
  },
  {
    ...keys,
    method: 'post',
    path: '/api/keys/{id}/rotate',
    id: 'rotateKey',
    summary: 'Gives a key a new secret',
    description: 'The former one stops at once, or works on for the grace period. A second rotation ends the grace of the first.',
    body: 'RotateKey',
    replies: [{ status: 200, description: onlyHere, schema: 'NewKey', tagged: true }],
    refusals: [409, 412],
    conditional: true,
  },
];

const watching: readonly Operation[] = [
  {
    tag: 'Requests',
    audience: 'admin',
    method: 'get',
    path: '/api/requests',
    id: 'listRequests',
    summary: 'The last requests that have ended',
    description: 'At most 2000, kept in memory. An account counts for a request when any attempt was made on it.',
    query: requestFilterSchema,
    list: requestSort,
    replies: [{ status: 200, description: 'One page.', schema: 'RequestList' }],
  },
  {
    tag: 'Requests',
    audience: 'admin',
    method: 'get',
    path: '/api/requests/{id}/why',
    id: 'explainRequest',
    summary: 'Why a request went where it went',
    replies: [{ status: 200, description: 'Every attempt with what was looked at.', schema: 'RequestWhy' }],
  },
  {
    tag: 'Sessions',
    audience: 'admin',
    method: 'get',
    path: '/api/sessions',
    id: 'listSessions',
    summary: 'The clients that use the server',
    query: clientSessionFilterSchema,
    list: clientSessionSort,
    replies: [{ status: 200, description: 'One page.', schema: 'SessionList' }],
  },
  {
    tag: 'Sessions',
    audience: 'admin',
    method: 'get',
    path: '/api/sessions/{id}',
    id: 'getClientSession',
    summary: 'One client, and what it has running',
    replies: [{ status: 200, description: 'The client.', schema: 'Session' }],
  },
  {
    tag: 'Sessions',
    audience: 'admin',
    method: 'delete',
    path: '/api/sessions/{id}',
    id: 'revokeSession',
    summary: 'Cuts a client off',
    description: 'Its running requests are cut, and it is refused with 403 until session.session_ttl is over.',
    replies: [{ status: 204, description: 'It is cut off.' }],
  },
];

const instance = { tag: 'Instance', audience: 'admin' } as const;

const instanceOperations: readonly Operation[] = [
  {
    ...instance,
    method: 'get',
    path: '/api/admin/statistics',
    id: 'getStatistics',
    summary: 'The instance in figures, with its alerts',
    replies: [{ status: 200, description: 'The figures.', schema: 'Statistics' }],
  },
  {
    ...instance,
    method: 'post',
    path: '/api/admin-key/rotate',
    id: 'rotateAdminKey',
    summary: 'Makes another admin key',
    description:
      'The former one is refused from that instant, and every dashboard session ends. 409 where auth.api_key is set by the configuration: it is changed there.',
    replies: [{ status: 200, description: 'The new key, which is shown in this reply only.', schema: 'NewAdminKey' }],
    refusals: [409],
  },
  {
    ...instance,
    method: 'get',
    path: '/api/audit',
    id: 'readAuditLog',
    summary: 'Who changed what, when and from where, newest first',
    description: 'Every write and every login. The reply also says whether the log is as it was written.',
    query: auditFilterSchema,
    list: auditSort,
    replies: [{ status: 200, description: 'One page.', schema: 'AuditLog' }],
  },
  {
    ...instance,
    method: 'get',
    path: '/api/settings',
    id: 'getSettings',
    summary: 'The configuration in force, and where each value comes from',
    replies: [{ status: 200, description: 'Every key. Never a secret.', schema: 'Settings' }],
  },
  {
    ...instance,
    method: 'patch',
    path: '/api/settings',
    id: 'changeSettings',
    summary: 'Sets values at run time',
    description:
      'All or nothing. Null gives a key back to the file. 409 for keys that the environment or a flag decides, or that need a restart.',
    body: 'ChangeSettings',
    replies: [{ status: 200, description: 'The configuration as it is now.', schema: 'Settings' }],
    refusals: [409],
  },
  {
    ...instance,
    method: 'get',
    path: '/api/events',
    id: 'streamEvents',
    summary: 'What happens, as it happens',
    description: `Server-sent events (HTML standard, section 9.2) of the types ${Object.keys(eventSchemas).join(', ')}; their data is JSON in the shapes of the lists. Last-Event-ID goes on where a stream broke off.`,
    replies: [{ status: 200, description: 'A stream without an end.', contentType: 'text/event-stream' }],
    refusals: [503],
  },
  {
    ...instance,
    method: 'get',
    path: '/api/logs',
    id: 'getLog',
    summary: 'The last lines of the log, and those to come',
    description:
      'At most 2000 lines are kept, in memory, redacted as they were written. With wait the reply is held until a line comes that fits.',
    query: logQuerySchema,
    replies: [{ status: 200, description: 'The lines, and where to go on.', schema: 'Log' }],
    refusals: [503],
  },
  {
    ...instance,
    method: 'get',
    path: '/api/openapi.json',
    id: 'getOpenApi',
    summary: 'This document',
    replies: [{ status: 200, description: 'OpenAPI 3.1.', schema: 'OpenApiDocument' }],
  },
];

export const operations: readonly Operation[] = [
  ...accountOperations,
  ...keyOperations,
  ...watching,
  ...instanceOperations,
  ...signingIn,
];
