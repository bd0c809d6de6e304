/** Holds replies of the server against the OpenAPI document, with a validator of others. */
import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApiDocument } from '../../src/admin/openapi/document.ts';

interface DocumentedReply {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** Read only as far as replies are concerned. */
export interface DocumentedOperation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, DocumentedReply | { readonly $ref: string }>>;
}

const document = openApiDocument();
const paths = document.paths as unknown as Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;

/** Every operation by `GET /api/accounts/{id}`. */
export const documentedOperations: ReadonlyMap<string, DocumentedOperation> = new Map(
  Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  ),
);

const patterns = [...documentedOperations].map(([name, operation]) => {
  const [method = '', path = ''] = name.split(' ');
  const fits = new RegExp(`^${path.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  // A path that is written out comes before one with a parameter.
  return { name, operation, method, fits, parameters: path.split('{').length };
});
patterns.sort((a, b) => a.parameters - b.parameters);

/** The operation that a request is for. Undefined when none is documented. */
const operationFor = (method: string, path: string) =>
  patterns.find((pattern) => pattern.method === method.toUpperCase() && pattern.fits.test(path.split('?', 1)[0] ?? ''));

const ajv = formats.default(new Ajv2020({ strict: false, allErrors: true }));
ajv.addSchema({ $id: 'api', ...document });
const validators = new Map<string, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = validators.get(key);
  if (known) return known;
  const made = ajv.compile(JSON.parse(key.replaceAll('"#/', '"api#/')));
  validators.set(key, made);
  return made;
}

/** What a path or a method that is not there answers. */
const ANYWHERE = new Set([401, 403, 404, 405, 429]);

interface SomeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** The reply has a status, a type and a shape that the document names for the request. Returns the operation's name. */
export function assertDocumented(method: string, path: string, { status, headers, body }: SomeReply): string | null {
  const found = operationFor(method, path);
  if (!found) {
    assert.ok(ANYWHERE.has(status), `${method} ${path} answers ${status} and is not documented`);
    return null;
  }
  const { name, operation } = found;
  const told = operation.responses[status] ?? (status === 500 ? operation.responses['default'] : undefined);
  assert.ok(told, `${name} answers ${status}, which is not documented`);
  const { content } = '$ref' in told ? componentOf(told.$ref) : told;
  const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  if (!content) assert.equal(type, '', `${name} answers ${status} with a body`);
  else {
    const schema = content[type]?.schema;
    assert.ok(schema, `${name} answers ${status} as ${type}`);
    if (type === 'application/json') {
      const validate = validatorOf(schema);
      assert.ok(validate(body), `${name} answers ${status} otherwise than documented: ${ajv.errorsText(validate.errors)}`);
    }
  }
  return name;
}

const componentOf = (reference: string): DocumentedReply =>
  document.components.responses[reference.split('/').at(-1) ?? ''] as DocumentedReply;
