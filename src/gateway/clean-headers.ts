/** Takes what must not cross out of a client's request, before anything is sent anywhere. */
import type { IncomingHttpHeaders } from 'node:http';
import { namesIn, staysHere } from '../core/header-rules.ts';

/**
 * The fields without hop-by-hop ones (those that `Connection` names included), credentials and whereabouts. The proxy library cannot be
 * trusted with this: it passes hop-by-hop fields on, and skips its own rewriting hook when `Expect` is present. A copy, because an
 * object of which something was deleted is slow ever after, and these fields are copied again for each attempt.
 */
export function cleanHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = namesIn(headers.connection);
  const clean: IncomingHttpHeaders = {};
  for (const name of Object.keys(headers)) {
    if (!staysHere(name) && !named.includes(name)) clean[name] = headers[name];
  }
  return clean;
}
