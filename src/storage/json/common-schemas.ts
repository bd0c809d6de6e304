/** Pieces that several stored records share. */
import { z } from 'zod';

/** Milliseconds since the Unix epoch; broken ones occur, because servers send broken seconds. */
export const instant = z.number();

export const accountKind = z.enum(['oauth', 'oauth_static', 'api_key']);
