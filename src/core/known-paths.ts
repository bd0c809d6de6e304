/** Which `/v1` requests the rules of failover are made for, and which of them may be sent twice. */

/** Only these paths are known well enough for an answer to say something about an account. */
const KNOWN = /^\/v1\/(messages(\/(count_tokens|batches(\/.*)?))?|models(\/.*)?|files(\/.*)?)$/;
const COMPLETES_A_TURN = /^\/v1\/messages(\/count_tokens)?$/;

/** `path` is the request target without its query. */
export const isKnownPath = (path: string): boolean => KNOWN.test(path);

/** The one request that spends quota and whose refusal weighs as evidence. */
export const isMessages = (path: string): boolean => path === '/v1/messages';

/** May the request be repeated after the upstream answered it with a fault of its own? Creations and deletions may not. */
export const isRepeatable = (method: string, path: string): boolean =>
  method === 'GET' || method === 'HEAD' || (method === 'POST' && COMPLETES_A_TURN.test(path));

/** Does the request take one of the places that a client has? Counting tokens, listing models and probing do not keep an account busy. */
export const takesPlace = (method: string, path: string): boolean =>
  method !== 'HEAD' && path !== '/v1/messages/count_tokens' && !/^\/v1\/models(\/|$)/.test(path);

/** Does the API answer this request with JSON or an event stream, so that HTML or nothing means that something else answered? */
export const promisesJson = (method: string, path: string): boolean =>
  (method === 'POST' && COMPLETES_A_TURN.test(path)) || (method === 'GET' && /^\/v1\/models(\/[^/]+)?$/.test(path));
