/** Requests and replies about the configuration in force and the settings made at run time. */
import { z } from 'zod';
import { instantSchema } from './common.ts';

/** As it would be written in the file: durations `30s`, sizes `32mb`; null where nothing is set, and for every secret. */
const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);

const settingSchema = z.object({
  key: z.string(),
  value: valueSchema,
  is_set_secret: z.boolean().describe('Of a secret: whether there is one. Always false for what is shown.'),
  default: valueSchema,
  origin: z.object({
    kind: z.enum(['default', 'file', 'settings', 'environment', 'flag']),
    name: z.string().nullable().describe('The file, variable or flag.'),
    line: z.number().nullable(),
  }),
  meaning: z.string(),
  allowed: z.string().describe('What may stand here, with its bounds.'),
  kind: z.enum(['text', 'choice', 'duration', 'size', 'integer', 'fraction', 'boolean', 'list', 'entries']),
  choices: z.array(z.string()).describe('The words of a choice; empty for every other kind.'),
  waits_for_restart: z.boolean().describe('Another value of the file waits for a restart.'),
  changeable: z.boolean(),
  read_only_reason: z.string().nullable().describe('Why it cannot be changed here; null when it can.'),
  file_value: valueSchema.describe('What would count without the setting; null where no setting hides anything.'),
});

export const settingsSchema = z.object({
  data: z.array(settingSchema),
  version: z.string(),
  node_version: z.string(),
  data_folder: z.string(),
  config_file: z.string().nullable(),
  last_refused_change: z
    .object({
      at: instantSchema,
      faults: z.array(
        z.object({ key: z.string(), message: z.string(), file: z.string().nullable(), line: z.number().nullable() }),
      ),
    })
    .nullable()
    .describe('The last change of the file that was refused; null when what it says is in force.'),
  storage: z.object({
    writable: z.boolean(),
    files: z.array(z.object({ name: z.string(), bytes: z.number(), modified_at: instantSchema })),
  }),
});

/** By key; null gives a key back to the file. */
export const updateSettingsSchema = z.strictObject({
  values: z.record(z.string().max(100), valueSchema).refine((values) => Object.keys(values).length <= 100, 'are too many'),
});
