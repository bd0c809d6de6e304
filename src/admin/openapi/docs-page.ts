/** `/docs`: the OpenAPI document as a page to read. It holds nothing secret, runs nothing, and loads nothing but its style. */
import { type RequestHandler, Router } from 'express';
import { escapeHtml } from '../escape-html.ts';
import { anchorOfSchema, type FieldRow, fieldGroups, typeOf } from './describe-schema.ts';
import { DOCS_STYLE } from './docs-style.ts';
import { type DocumentedOperation, type DocumentedParameter, openApiDocument } from './document.ts';
import type { JsonSchema } from './schemas.ts';

/** The policy that forbids scripts and styles within the page is set by who mounts it. */
export function createDocsPage(): RequestHandler {
  const router = Router({ caseSensitive: true, strict: true });
  let page: string | null = null;
  router.get('/docs', (_req, res) => {
    page ??= docsPage();
    res.type('text/html').send(page);
  });
  router.get('/docs/style.css', (_req, res) => void res.type('text/css').send(DOCS_STYLE));
  return router;
}

interface Route extends DocumentedOperation {
  readonly method: string;
  readonly path: string;
}

function docsPage(): string {
  const { info, tags, paths, components } = openApiDocument();
  const routes: readonly Route[] = Object.entries(paths).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const groups = tags.map(({ name }) => ({ name, routes: routes.filter((route) => route.tags.includes(name)) }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} · API</title>
<link rel="icon" href="/ui/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header>
<h1>${info.title} API</h1>
<p>${prose(`${info.summary} Version ${info.version}.`)}</p>
<p>${prose(info.description)}</p>
<p>For programs: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1, for the operator). <a href="/ui/">To the dashboard</a></p>
</header>
<nav aria-label="Routes">
${groups.map(contents).join('\n')}
</nav>
<main>
<section>
<h2 id="who">Who may use it</h2>
<dl>
${Object.values(components.securitySchemes).map(scheme).join('\n')}
</dl>
</section>
${groups.map(({ name, routes: own }) => `<section>\n<h2>${escapeHtml(name)}</h2>\n${own.map(article).join('\n')}\n</section>`).join('\n')}
<section>
<h2>Refusals</h2>
<dl>
${Object.entries(components.responses).map(refusal).join('\n')}
</dl>
</section>
<section>
<h2>Shapes</h2>
${Object.entries(components.schemas).map(shape).join('\n')}
</section>
</main>
</body>
</html>
`;
}

/** Text of ours, in which only `code` is marked up. */
const prose = (text: string): string => escapeHtml(text).replaceAll(/`([^`]*)`/g, '<code>$1</code>');

const contents = ({ name, routes }: { readonly name: string; readonly routes: readonly Route[] }): string =>
  `<div><h2>${escapeHtml(name)}</h2>
<ul>
${routes.map(({ operationId, method, path }) => `<li><a href="#${operationId}"><b>${method}</b> ${breakable(path)}</a></li>`).join('\n')}
</ul></div>`;

/** A path may break behind its slashes. */
const breakable = (path: string): string => escapeHtml(path).replaceAll('/', '/<wbr>');

function scheme(one: {
  readonly type: string;
  readonly description: string;
  readonly name?: string;
  readonly in?: string;
}): string {
  const what = one.type === 'http' ? 'Authorization: Bearer …' : `${one.name} (${one.in})`;
  return `<dt><code>${escapeHtml(what)}</code></dt><dd>${prose(one.description)}</dd>`;
}

function article(route: Route): string {
  const { operationId, method, path, summary, description, parameters = [], requestBody, security } = route;
  const body = requestBody?.content['application/json'].schema;
  return `<article id="${operationId}">
<h3><span class="method ${method.toLowerCase()}">${method}</span> <code>${breakable(path)}</code></h3>
<p>${prose(summary)}${security.length === 0 ? ' <em>Open to anyone.</em>' : ''}</p>
${description === undefined ? '' : `<p>${prose(description)}</p>`}
${parameters.length === 0 ? '' : `<h4>Parameters</h4>\n<dl>\n${parameters.map(parameter).join('\n')}\n</dl>`}
${body === undefined ? '' : `<h4>Body</h4>\n<p>${typeOf(body)}</p>`}
<h4>Replies</h4>
<dl>
${replies(route)}
</dl>
</article>`;
}

const parameter = ({ name, in: where, required, description = '', schema }: DocumentedParameter): string =>
  field({ name, type: `${where}, ${typeOf(schema)}`, required, description });

const field = ({ name, type, required, description }: FieldRow): string =>
  `<dt><code>${escapeHtml(name)}</code>${required ? ' <b>required</b>' : ''}</dt><dd><span>${type}</span> ${prose(description)}</dd>`;

function replies({ responses }: Route): string {
  const entries = Object.entries(responses as Readonly<Record<string, object>>);
  const own = entries.flatMap(([status, reply]) =>
    'description' in reply && status !== 'default' ? [ownReply(status, reply)] : [],
  );
  const refused = entries.filter(([, reply]) => '$ref' in reply).map(([status]) => `<a href="#refused-${status}">${status}</a>`);
  return `${own.join('\n')}\n<dt>Refusals</dt><dd>${refused.join(', ')}</dd>`;
}

function ownReply(status: string, reply: object): string {
  const { description = '', content = {} } = reply as {
    readonly description?: string;
    readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  const bodies = Object.entries(content).map(([type, { schema }]) =>
    type === 'application/json' ? typeOf(schema) : `<code>${escapeHtml(type)}</code>`,
  );
  return `<dt>${status}</dt><dd>${bodies.map((body) => `<span>${body}</span> `).join('')}${prose(description)}</dd>`;
}

const refusal = ([name, { description }]: readonly [string, { readonly description: string }]): string => {
  const status = name.replace('Refused', '');
  return `<dt id="refused-${status}">${status}</dt><dd>${prose(description)}</dd>`;
};

function shape([name, schema]: readonly [string, JsonSchema]): string {
  const groups = fieldGroups(schema).filter((rows) => rows.length > 0);
  const lists = groups.map((rows) => `<dl>\n${rows.map(field).join('\n')}\n</dl>`);
  const description = typeof schema['description'] === 'string' ? `<p>${prose(schema['description'])}</p>\n` : '';
  return `<article id="${anchorOfSchema(name)}">
<h3><code>${escapeHtml(name)}</code></h3>
${description}${lists.join('\n<p>or</p>\n')}
</article>`;
}
