/** Whatever is sent to whichever route, over a real socket: never a 500, never a word about the insides, and the server goes on. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import fc from 'fast-check';
import { operations } from '../../../src/admin/openapi/operations.ts';
import { requestSchemas } from '../../../src/admin/openapi/schemas.ts';
import { errorSchema } from '../../../src/contract/common.ts';
import { routes } from '../../../src/http/routes.ts';
import { anyJson, hostileValueFor, oddText } from '../../support/hostile-input.ts';
import { startWorld, type World } from '../../support/start-app.ts';

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Got {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** A file and line of ours, a class of JavaScript's, a folder: nobody outside has any use for them. */
const INSIDES = /\n\s*at |\.[cm]?[jt]s:\d+|node_modules|file:\/\/\/|\b\w+Error:|\/tmp\/|Cannot read prop|is not a function/;
/** What the log says of a fault in Headgate itself. */
const FAULTS = /failed inside|an administration request failed|unhandled/i;

/** Any byte can stand in a target in this form. Not so many that the head gets too large: that is refused before anybody knows the method. */
const escaped = (text: string): string =>
  [...Buffer.from(text).subarray(0, 500)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** As far as a client library would send it at all. */
const sendable = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?').trim();

const oddQuery = fc.oneof(
  fc.constantFrom(
    '',
    '?',
    '?limit=200&sort=-name',
    '?limit=1&limit=2',
    '?cursor=W10',
    '?__proto__=1',
    '?a[b]=c',
    '?limit=1e1',
    '?=&=&&',
  ),
  fc
    .array(fc.tuple(fc.constantFrom('limit', 'cursor', 'sort', 'status', 'type', 'model', 'key_id', 'outcome'), oddText), {
      maxLength: 3,
    })
    .map((all) => `?${all.map(([name, value]) => `${name}=${escaped(value)}`).join('&')}`),
);

const oddHeaders = fc.dictionary(
  fc.constantFrom(
    'if-match',
    'last-event-id',
    'accept',
    'accept-language',
    'x-request-id',
    'origin',
    'cookie',
    'x-headgate-csrf',
    'range',
    'if-none-match',
  ),
  oddText.map((text) => sendable(text).slice(0, 500)),
  { maxKeys: 3 },
);

const contentType = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=nonsense',
    'application/x-www-form-urlencoded',
    '/',
    '',
  ),
);

describe('any input', function () {
  this.timeout(60_000);
  let world: World;
  let ids: readonly string[];
  /** A key that no request names: the admin key itself is among what gets changed. */
  let operator: string;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  before(async () => {
    world = await startWorld({ accounts: ['one', 'two'] });
    const all = async (path: string): Promise<string[]> =>
      (await world.admin('GET', path)).body.data.map(({ id }: { id: string }) => id);
    ids = [...(await all('/api/accounts')), ...(await all('/api/keys'))];
    operator = (await world.admin('POST', '/api/keys', { name: 'operator', role: 'admin' })).body.key;
  });
  after(async () => {
    agent.destroy();
    await world.stop();
  });

  function send({ method, target, headers, body }: Sent): Promise<Got> {
    const { promise, resolve, reject } = Promise.withResolvers<Got>();
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const { hostname, port } = new URL(world.app.url);
    const sent = request({ agent, hostname, port, method, path: target, headers: { ...headers, ...length } }, (reply) => {
      const type = String(reply.headers['content-type'] ?? '');
      const done = (text: string) => resolve({ status: reply.statusCode ?? 0, type, text });
      if (type.startsWith('text/event-stream')) {
        done('');
        return void sent.destroy();
      }
      let text = '';
      reply.setEncoding('utf8');
      reply.on('data', (chunk: string) => {
        text += chunk;
      });
      reply.on('end', () => done(text));
    });
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }

  async function check(sent: Sent): Promise<void> {
    const { status, type, text } = await send(sent);
    const about = `${sent.method} ${sent.target}: ${status} ${text.slice(0, 500)}`;
    assert.ok(status >= 200 && status !== 500 && status < 600, about);
    if (status < 400) return;
    assert.doesNotMatch(text, INSIDES, about);
    if (sent.target.startsWith('/api/') && sent.method !== 'HEAD') {
      assert.match(type, /^application\/json/, about);
      errorSchema.parse(JSON.parse(text));
    }
  }

  const requestTo = (method: string, path: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Sent> =>
    fc
      .record({
        id: fc.oneof(fc.nat(9), oddText),
        query: oddQuery,
        headers: oddHeaders,
        type: contentType,
        body: fc.oneof({ weight: 5, arbitrary: body.map((value) => JSON.stringify(value)) }, oddText, fc.constant(null)),
        asOperator: fc.oneof({ weight: 7, arbitrary: fc.constant(true) }, fc.constant(false)),
      })
      .map(({ id, query, headers, type, asOperator, ...rest }) => {
        const known = typeof id === 'number' ? ids[id % ids.length] : undefined;
        return {
          method,
          target: path.replace('{id}', known ?? escaped(String(id))) + query,
          headers: {
            ...headers,
            ...(asOperator ? { authorization: `Bearer ${operator}` } : {}),
            ...(rest.body === null || method === 'GET' ? {} : { 'content-type': type }),
          },
          body: method === 'GET' ? null : (rest.body ?? null),
        };
      });

  const checkMany = (arbitrary: fc.Arbitrary<Sent>) => fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: 25 });

  for (const { method, path, body } of operations) {
    const bodies = body === undefined ? anyJson : hostileValueFor(requestSchemas[body]);
    it(`is answered in order by ${method.toUpperCase()} ${path}`, () => checkMany(requestTo(method.toUpperCase(), path, bodies)));
  }

  for (const { methods, path } of routes) {
    const method = fc.oneof(
      fc.constantFrom(...(methods ?? ['GET', 'POST'])),
      fc.constantFrom('PUT', 'DELETE', 'OPTIONS', 'PROPFIND'),
    );
    it(`is answered in order below ${path}`, () =>
      checkMany(
        fc
          .tuple(method, fc.oneof(fc.constant(''), oddText.map(escaped)))
          .chain(([verb, rest]) => requestTo(verb, path.replace('*', rest), anyJson)),
      ));
  }

  it('leaves the server as able as before, and nothing in its log that it did not expect', async () => {
    for (const target of ['/api/admin/statistics', '/api/accounts', '/api/settings']) {
      const headers = { authorization: `Bearer ${operator}` };
      assert.equal((await send({ method: 'GET', target, headers, body: null })).status, 200, target);
    }
    assert.doesNotMatch(world.log(), FAULTS);
  });
});
