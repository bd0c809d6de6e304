/** The schemas of the contract by the names under which the document shows them. */
import { z } from 'zod';
import {
  accountEventListSchema,
  accountListSchema,
  accountSchema,
  authorizeSchema,
  createAccountSchema,
  createdAccountSchema,
  loginSchema,
  recentEventListSchema,
  refreshResultSchema,
  servingSchema,
  testAccountSchema,
  testResultSchema,
  updateAccountSchema,
  windowHistorySchema,
} from '../../contract/accounts.ts';
import { newAdminKeySchema } from '../../contract/admin-key.ts';
import { alertSchema } from '../../contract/alerts.ts';
import {
  exportAccountsSchema,
  exportedAccountsSchema,
  importAccountsSchema,
  importedAccountsSchema,
} from '../../contract/archives.ts';
import { auditListSchema } from '../../contract/audit.ts';
import { errorSchema, namedSchema } from '../../contract/common.ts';
import {
  createdKeySchema,
  createKeySchema,
  keyListSchema,
  keySchema,
  rotateKeySchema,
  updateKeySchema,
} from '../../contract/keys.ts';
import { logSchema } from '../../contract/logs.ts';
import { requestListSchema, requestSchema, requestWhySchema } from '../../contract/requests.ts';
import { loginRequestSchema, sessionSchema } from '../../contract/session.ts';
import { clientSessionListSchema, clientSessionSchema } from '../../contract/sessions.ts';
import { settingsSchema, updateSettingsSchema } from '../../contract/settings.ts';
import { statisticsSchema } from '../../contract/statistics.ts';

/** What is sent to the server. */
export const requestSchemas = {
  SignIn: loginRequestSchema,
  BeginLogin: authorizeSchema,
  AddAccount: createAccountSchema,
  ChangeAccount: updateAccountSchema,
  TestAccount: testAccountSchema,
  ExportAccounts: exportAccountsSchema,
  ImportAccounts: importAccountsSchema,
  CreateKey: createKeySchema,
  ChangeKey: updateKeySchema,
  RotateKey: rotateKeySchema,
  ChangeSettings: updateSettingsSchema,
} as const;

/** What the server answers. */
export const replySchemas = {
  Account: accountSchema,
  AccountList: accountListSchema,
  AddedAccount: createdAccountSchema,
  Login: loginSchema,
  RefreshResult: refreshResultSchema,
  TestResult: testResultSchema,
  Serving: servingSchema,
  WindowHistory: windowHistorySchema,
  AccountEventList: accountEventListSchema,
  RecentEvents: recentEventListSchema,
  ExportedAccounts: exportedAccountsSchema,
  ImportedAccounts: importedAccountsSchema,
  Key: keySchema,
  KeyList: keyListSchema,
  NewKey: createdKeySchema,
  Request: requestSchema,
  RequestList: requestListSchema,
  RequestWhy: requestWhySchema,
  Session: clientSessionSchema,
  SessionList: clientSessionListSchema,
  Settings: settingsSchema,
  Statistics: statisticsSchema,
  AuditLog: auditListSchema,
  NewAdminKey: newAdminKeySchema,
  Alert: alertSchema,
  Log: logSchema,
  SignedIn: sessionSchema,
  Reference: namedSchema,
  OpenApiDocument: z.looseObject({ openapi: z.string() }).describe('An OpenAPI 3.1 document.'),
  Error: errorSchema,
} as const;

export type RequestName = keyof typeof requestSchemas;
export type ReplyName = keyof typeof replySchemas;

export type JsonSchema = Readonly<Record<string, unknown>>;

const REFERENCE = '#/components/schemas/';

export const referenceTo = (name: RequestName | ReplyName): JsonSchema => ({ $ref: `${REFERENCE}${name}` });

/** All of them as JSON Schema, by name. */
export const componentSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  ...named(replySchemas, 'output'),
  ...named(requestSchemas, 'input'),
});

/** One that has no name. */
export const inlineSchema = (schema: z.ZodType): JsonSchema => plain(z.toJSONSchema(schema, { io: 'input', override: readable }));

function named(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { io, uri: (id) => `${REFERENCE}${id}`, override: readable }).schemas;
  return Object.fromEntries(Object.entries(made).map(([name, schema]) => [name, plain(schema as JsonSchema)]));
}

const plain = ({ $schema: _dialect, $id: _address, ...schema }: JsonSchema): JsonSchema => schema;

/** The format says what the pattern of an instant spells out. A client has to bear fields that a later version adds. */
function readable({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  const { def } = zodSchema._zod;
  if (def.type === 'object' && (def as z.core.$ZodObjectDef).catchall === undefined) delete jsonSchema.additionalProperties;
}
