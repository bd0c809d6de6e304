/** The key of the operator. */
import { z } from 'zod';

/** The only reply that holds the admin key. */
export const newAdminKeySchema = z.object({
  admin_key: z.string().describe('The new key. It also lies in `admin-key` of the data folder.'),
});
