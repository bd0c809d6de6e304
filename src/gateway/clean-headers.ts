/** Takes what must not cross out of a client's request, before anything is sent anywhere. */
import type { IncomingHttpHeaders } from 'node:http';
import { namesIn, staysHere } from '../core/header-rules.ts';

/**
 * Deletes hop-by-hop fields (those that `Connection` names included), credentials and whereabouts, in place. The proxy library
 * cannot be trusted with this: it passes hop-by-hop fields on, and skips its own rewriting hook when `Expect` is present.
 */
export function cleanHeaders(headers: IncomingHttpHeaders): void {
  const named = namesIn(headers.connection);
  for (const name of Object.keys(headers)) {
    if (staysHere(name) || named.includes(name)) delete headers[name];
  }
}
