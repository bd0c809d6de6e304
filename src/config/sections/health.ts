/** `health.*`: what strangers are told of the state of things. */
import { flag } from '../setting.ts';

export const health = {
  public: flag(true, {
    meaning: 'Whether GET /health answers everybody; accounts and errors show to the admin alone.',
    why: 'false asks for an admin credential, 401 without one. /healthz and /readyz, which orchestrators ask, stay open.',
  }),
} as const;
