/** The schema of config.yaml as a JSON Schema, for editors that check and complete the file while it is written. */
import { z } from 'zod';
import { type KnownKey, knownKeys, sectionNames } from './schema.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema, draft 2020-12. Descriptions say meaning and bounds; defaults stand where there is one. */
export function configJsonSchema(): JsonSchema {
  const sections = sectionNames.map((section) => [section, sectionSchema(section)] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of Headgate',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(sections),
  };
}

function sectionSchema(section: string): JsonSchema {
  const keys = [...knownKeys.values()].filter((known) => known.section === section);
  return {
    // A section without keys is an empty value in YAML.
    type: ['object', 'null'],
    additionalProperties: false,
    properties: Object.fromEntries(keys.map((known) => [known.key, keySchema(known)])),
  };
}

function keySchema({ setting }: KnownKey): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(setting.schema, { io: 'input', unrepresentable: 'any' });
  const description = `${setting.meaning} Allowed: ${setting.allowed}. ${setting.why}`;
  return { ...schema, description, ...(setting.default === null ? {} : { default: setting.default }) };
}
