/** The administration API as an OpenAPI 3.1 document, made from the table of its routes and the schemas that its replies are checked with. */
import type { z } from 'zod';
import { LIST_LIMIT, type Sort } from '../../contract/common.ts';
import { VERSION } from '../../version.ts';
import { isRead, type Operation, pathParameters, type Refusal, type Reply } from './operation.ts';
import { operations } from './operations.ts';
import { componentSchemas, inlineSchema, type JsonSchema, referenceTo } from './schemas.ts';

export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

const DESCRIPTION = `Everything speaks JSON in snake_case; instants are RFC 3339 in UTC. Errors come in one envelope, in which \`error.fields\` names what is wrong with the request. A path that is asked by a method it does not know answers 405 and names those it knows, in \`Allow\`. Replies may get further fields: ignore what you do not know.`;

/** Why each refusal comes, for whoever reads the document. */
const REFUSALS = {
  400: 'The request is not valid; `error.fields` names the fields at fault.',
  401: 'Nobody is signed in, and no good key was sent.',
  403: 'The key is for the Claude API only, or a write by session came from another page.',
  404: 'There is no such thing.',
  409: 'It contradicts what is there: a name that is taken, something that the configuration declares.',
  412: 'It was changed since the revision in `If-Match`.',
  413: 'The body is larger than 256 KB.',
  415: 'The body is not `application/json`.',
  429: 'Too many wrong keys from this address.',
  502: 'The authorization server gave no usable answer.',
  503: 'Storage refuses the write, or there is no room: nothing was changed.',
} as const satisfies Readonly<Record<number, string>>;

type RefusalStatus = keyof typeof REFUSALS;

/** What a route can refuse with: its own, and what comes with its kind. */
function refusalsOf(operation: Operation): readonly RefusalStatus[] {
  const { audience, refusals = [] } = operation;
  const ofKind: readonly (RefusalStatus | null)[] = [
    400,
    audience === 'admin' || operation.body === 'SignIn' ? 401 : null,
    audience === 'admin' ? 403 : null,
    pathParameters(operation).length > 0 ? 404 : null,
    ...(isRead(operation) ? [] : ([413, 415, 503] as const)),
    429,
  ];
  const all = new Set<RefusalStatus | Refusal>([...ofKind.filter((status) => status !== null), ...refusals]);
  return [...all].toSorted((a, b) => a - b);
}

/** A fresh copy; the same for as long as the program runs. */
export const openApiDocument = () => ({
  openapi: '3.1.1',
  info: {
    title: 'Headgate administration',
    version: VERSION,
    summary: 'What the dashboard and the command line use, and scripts may.',
    description: DESCRIPTION,
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
  paths: pathsOf(operations),
  components: {
    schemas: componentSchemas(),
    responses: Object.fromEntries(
      Object.entries(REFUSALS).map(([status, description]) => [`Refused${status}`, refusal(description)]),
    ),
    securitySchemes: {
      adminKey: { type: 'http', scheme: 'bearer', description: 'The admin key, or an API key of role admin.' },
      adminKeyHeader: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The same key in another header.' },
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'headgate_session',
        description: "A dashboard session. Writes need the server's own `Origin` and `x-headgate-csrf: 1` as well.",
      },
    },
  },
});

export type DocumentedOperation = ReturnType<typeof describe>;

function pathsOf(all: readonly Operation[]): Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>> {
  const paths: Record<string, Record<string, DocumentedOperation>> = {};
  for (const operation of all) paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  return paths;
}

function describe(operation: Operation) {
  const { id, tag, summary, description, audience, body } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security: audience === 'anyone' ? [] : [{ adminKey: [] }, { adminKeyHeader: [] }, { session: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body === undefined ? {} : { requestBody: { content: json(referenceTo(body)) } }),
    responses: {
      ...Object.fromEntries(operation.replies.map((reply) => [reply.status, describeReply(reply)])),
      ...Object.fromEntries(refusalsOf(operation).map((status) => [status, { $ref: `#/components/responses/Refused${status}` }])),
      default: refusal('Any other refusal.'),
    },
  };
}

const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

const refusal = (description: string) => ({ description, content: json(referenceTo('Error')) });

function describeReply({ description, schema, contentType, tagged = false }: Reply) {
  const content =
    schema !== undefined ? json(referenceTo(schema)) : contentType && { [contentType]: { schema: { type: 'string' } } };
  const headers = { ETag: { description: 'The revision.', schema: { type: 'string' } } };
  return { description, ...(tagged ? { headers } : {}), ...(content ? { content } : {}) };
}

/** Everything beside the body, in the order of path, query and header. */
function parametersOf(operation: Operation): readonly DocumentedParameter[] {
  const { query, list, conditional = false } = operation;
  return [
    ...pathParameters(operation).map((name) => ({ name, in: 'path' as const, required: true, schema: { type: 'string' } })),
    ...(query ? filtersOf(query) : []),
    ...(list ? pagingOf(list) : []),
    ...(conditional ? [IF_MATCH] : []),
  ];
}

const IF_MATCH: DocumentedParameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The `ETag` of the revision that the change is meant for; 412 when there is a newer one.',
  schema: { type: 'string' },
};

const filtersOf = (query: z.ZodObject): readonly DocumentedParameter[] =>
  Object.entries(query.shape).map(([name, field]) => {
    const { description, ...schema } = inlineSchema(field as z.ZodType);
    return { name, in: 'query', required: false, ...(typeof description === 'string' ? { description } : {}), schema };
  });

const pagingOf = ({ fields, standard }: Sort): readonly DocumentedParameter[] => [
  {
    name: 'limit',
    in: 'query',
    required: false,
    description: 'How many to a page.',
    schema: { type: 'integer', minimum: 1, maximum: LIST_LIMIT.max, default: LIST_LIMIT.default },
  },
  {
    name: 'cursor',
    in: 'query',
    required: false,
    description: '`next_cursor` of the page before, in the same order.',
    schema: { type: 'string' },
  },
  ...(fields.length === 0 ? [] : [sortBy({ fields, standard })]),
];

const sortBy = ({ fields, standard }: Sort): DocumentedParameter => ({
  name: 'sort',
  in: 'query',
  required: false,
  description: 'By which field; `-` in front for descending.',
  schema: {
    type: 'string',
    enum: [...new Set([standard, ...fields.flatMap((field) => [field, `-${field}`])])],
    default: standard,
  },
});
