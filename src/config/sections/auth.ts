/** `auth.*`: who may use and who may administer this server. */
import { z } from 'zod';
import { duration, flag, optionalText } from '../setting.ts';

export const auth = {
  api_key: optionalText(z.string().regex(/^[\x21-\x7e]{1,512}$/), {
    allowed: '1 to 512 visible ASCII characters without spaces, not empty',
    defaultMeaning: 'generated at first start into data/admin-key',
    meaning: 'Admin key: opens the dashboard, /api and /metrics, but not /v1.',
    why: 'Set it to manage the key yourself. Beyond loopback it must have at least 20 characters and be no sample.',
    secret: true,
  }),
  require_client_key: flag(true, {
    meaning: 'Whether /v1 asks for an API key.',
    why: 'false lets every program on this machine in; possible only on a loopback bind.',
  }),
  session_ttl: duration('12h', {
    min: '1s',
    max: '30d',
    meaning: 'How long a dashboard login lasts.',
    why: 'Shorten it on shared machines.',
  }),
} as const;
