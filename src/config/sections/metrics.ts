/** `metrics.*`: figures for Prometheus. */
import { flag } from '../setting.ts';

export const metrics = {
  enabled: flag(true, {
    meaning: 'Whether GET /metrics answers (to the admin).',
    why: 'false when nothing collects them.',
  }),
} as const;
