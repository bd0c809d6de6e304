/** How full an account's quota windows were, as it lies in `window-history.json`. */
import { z } from 'zod';
import type { WindowRecord } from '../../accounts/window-history.ts';
import { instant } from './common-schemas.ts';

const series = z.object({
  name: z.string(),
  resetAt: instant.nullable(),
  samples: z.array(z.tuple([instant, z.number()])),
});

export const windowRecordSchema: z.ZodType<WindowRecord> = z.object({ id: z.string().min(1), series: z.array(series) });
